"""Means of a task as they could have come out with other items: the Bayesian bootstrap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evomerge.score.proof.aggregate import Floats
from evomerge.score.proof.pairs import Pairs

RESAMPLES = 20_000
CHUNK = 4_000_000
"""Random numbers drawn at a time."""


def resample(
    pairs: Pairs, more: Sequence[tuple[float, float]], generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Our mean and their mean in each resample, each shape (RESAMPLES,).

    Every item gets a random weight, exponentially distributed (Rubin 1981), which is the bootstrap
    without its steps.

    Args:
        more: imagined items, (ours, theirs), of a mean item's weight.
    """
    mean_weight = float(pairs.weights @ pairs.counts) / pairs.items
    weights = np.append(pairs.weights, [mean_weight] * len(more))
    ours = weights * np.append(pairs.ours, [one for one, _ in more])
    theirs = weights * np.append(pairs.theirs, [other for _, other in more])
    counts = np.append(pairs.counts, [1.0] * len(more))
    columns = np.stack([ours, theirs, weights], axis=1)
    sums = np.empty((RESAMPLES, 3))
    size = max(1, CHUNK // len(counts))
    for begin in range(0, RESAMPLES, size):
        end = min(begin + size, RESAMPLES)
        # A sum of k exponential weights is gamma distributed with shape k.
        drawn = generator.standard_gamma(counts, (end - begin, len(counts)))
        # Not a matrix product, whose rounding may depend on the number of cores.
        sums[begin:end] = np.einsum("rk,kc->rc", drawn, columns)
    return sums[:, 0] / sums[:, 2], sums[:, 1] / sums[:, 2]
