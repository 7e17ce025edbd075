"""A bound on a difference of means that holds for whatever scores a scale allows.

Student's t looks at what was seen. Where one item in fifty may lose more than all others gain, it
may well not be among those that were scored. So the items are weighed at random (the Bayesian
bootstrap, Rubin 1981) together with one imagined item that is as bad for us as the scale has room
for: the bound on a mean of Learned-Miller and Thomas (2019), which for binary scores without a win
is Clopper and Pearson's exact one. Of units that differ in size it is as large as the largest: it
stands for one that is rare, and may be lost whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evomerge.score.proof.aggregate import Aggregate, Floats
from evomerge.score.proof.paired import Paired

RESAMPLES = 20_000
TAIL = 100
"""Resamples that lie below a bound, or more: fewer would make it a matter of luck."""
MOST = 1_000_000
"""Resamples at most; they are enough down to a level of 1e-4."""
CHUNK = 4_000_000
"""Random numbers drawn at a time."""


@dataclass(frozen=True)
class Bounded:
    """What can be said of a difference, whatever the distribution of the scores."""

    p_value: float
    """How probable the bound makes it that ours is no better."""
    lower: float
    upper: float
    """One-sided bounds at the level asked for, each by itself."""


def bound(paired: Paired, aggregate: Aggregate, level: float, seed: int) -> Bounded:
    """Bound the difference in fitness, ours minus theirs.

    Where a task's scale is not known, nothing can be said: the bounds are infinite.

    Args:
        level: of each of the two bounds; one-sided.
        seed: of the resampling.
    """
    if any(scale is None for scale in paired.scales):
        return Bounded(1.0, -math.inf, math.inf)
    draws = min(max(RESAMPLES, math.ceil(TAIL / level)), MOST)
    below, above = (
        np.sort(
            _resample(_with_extreme(paired, worst), aggregate, draws, np.random.default_rng(seed))
        )
        for worst in (True, False)
    )
    # Of the resamples, counted from an end, the one at which the p-value reaches the level.
    last = math.ceil(level * (draws + 1)) - 2
    low, high = (float(aggregate.of(end, [*paired.tasks])) for end in _limits(paired))
    return Bounded(
        (float((below <= 0).sum()) + 1) / (draws + 1),
        float(below[last]) if last >= 0 else low - high,
        float(above[-1 - last]) if last >= 0 else high - low,
    )


def _limits(paired: Paired) -> tuple[Floats, Floats]:
    """The least and the largest score of each task's items, each shape (tasks,)."""
    scales = [scale for scale in paired.scales if scale is not None]
    return np.array([s.low for s in scales]), np.array([s.high for s in scales])


def _with_extreme(paired: Paired, worst: bool) -> Paired:
    """With one more unit for each set of tasks that units have items in: as large as the largest
    of them, and as bad for us as could be, or as good.
    """
    kinds, kind = np.unique(paired.weights > 0, axis=0, return_inverse=True)
    weights = np.stack([paired.largest(np.flatnonzero(kind == k)) for k in range(len(kinds))])
    ours, theirs = _limits(paired) if worst else _limits(paired)[::-1]
    zeros = np.zeros_like(weights)
    return paired.with_units(weights, zeros + ours, zeros + theirs)


def _resample(
    paired: Paired, aggregate: Aggregate, draws: int, generator: np.random.Generator
) -> Floats:
    """The difference in each resample, shape (draws,). Equal units are drawn as one: a sum of k
    exponential weights is gamma distributed with shape k.
    """
    rows = np.concatenate([paired.weights, paired.ours, paired.theirs], axis=1)
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    sums = np.empty((draws, kinds.shape[1]))
    size = max(1, CHUNK // len(kinds))
    for begin in range(0, draws, size):
        end = min(begin + size, draws)
        drawn = generator.standard_gamma(counts.astype(float), (end - begin, len(counts)))
        # Not a matrix product, whose rounding may depend on the number of cores.
        sums[begin:end] = np.einsum("rk,kc->rc", drawn, kinds)
    weights, ours, theirs = np.split(sums, 3, axis=1)
    tasks = [*paired.tasks]
    return aggregate.of(ours / weights, tasks) - aggregate.of(theirs / weights, tasks)
