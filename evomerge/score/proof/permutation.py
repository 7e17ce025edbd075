"""The permutation test of pairs (Fisher 1935).

Were the two sides of each pair swapped at random, how often would the difference be as large?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

import numpy as np

from evomerge.score.proof.aggregate import Floats

DRAWS = 20_000
CHUNK = 4_000_000
"""Signs drawn at a time."""
LIMIT = 2**16
"""Outcomes up to which the distribution is computed; beyond it, swaps are drawn."""
NEAR = 1e-9
"""Relative error within which two differences count as the same."""


def permutation_p(
    groups: Sequence[Floats],
    statistic: Callable[[Floats], Floats],
    generator: np.random.Generator,
) -> float:
    """Two-sided p-value; exact where there are few outcomes.

    It is exact for one binary task of any size, where it is McNemar's test, for scores on a
    lattice, and for 16 items of any scores. Otherwise swaps are drawn and the observed outcome is
    counted among them (Phipson and Smyth 2010), which keeps the test valid.

    Args:
        groups: differences of the pairs, by task or whatever the statistic is made of.
        statistic: of the sums of each group's differences, shape (..., groups) to (...). Odd: with
            all pairs swapped it changes its sign.
    """
    # The sign of a difference is what is drawn, so its order must not depend on it.
    sizes = [np.sort(np.abs(group[group != 0])) for group in groups]
    if not any(map(len, sizes)):
        return 1.0
    observed = np.array([group.sum() for group in groups])
    bound = abs(float(statistic(observed))) * (1 - NEAR)
    exact = _outcomes(sizes)
    if exact is not None:
        sums, probabilities = exact
        return min(1.0, float(probabilities[np.abs(statistic(sums)) >= bound].sum()))
    extreme = 0
    step = max(1, CHUNK // sum(map(len, sizes)))
    for begin in range(0, DRAWS, step):
        sums = _draw(sizes, min(step, DRAWS - begin), generator)
        extreme += int((np.abs(statistic(sums)) >= bound).sum())
    return (extreme + 1) / (DRAWS + 1)


def _outcomes(groups: Sequence[Floats]) -> tuple[Floats, Floats] | None:
    """All that the groups' sums can be, shape (outcomes, groups), and how probable each is."""
    distributions = []
    for group in groups:
        if (distribution := _distribution(group)) is None:
            return None
        distributions.append(distribution)
    if math.prod(len(sums) for sums, _ in distributions) > LIMIT:
        return None
    grid = np.meshgrid(*(sums for sums, _ in distributions), indexing="ij")
    chances = np.meshgrid(*(chance for _, chance in distributions), indexing="ij")
    return (
        np.stack([axis.ravel() for axis in grid], axis=-1),
        np.prod([axis.ravel() for axis in chances], axis=0),
    )


def _distribution(sizes: Floats) -> tuple[Floats, Floats] | None:
    """The sums that differences of these sizes and random signs have, and their probabilities."""
    sums: Floats = np.zeros(1)
    probabilities: Floats = np.ones(1)
    total = float(sizes.sum())
    for size, count in _runs(sizes, total):
        if len(sums) * (count + 1) > LIMIT:
            return None
        wider = np.add.outer(sums, size * np.arange(-count, count + 1, 2.0)).ravel()
        chances = np.multiply.outer(probabilities, _fair_coins(count)).ravel()
        rounded = np.round(wider / (NEAR * total))
        _, first, which = np.unique(rounded, return_index=True, return_inverse=True)
        sums, probabilities = wider[first], np.bincount(which, chances).astype(float)
    return sums, probabilities


def _runs(sizes: Floats, total: float) -> list[tuple[float, int]]:
    """Sorted sizes as (size, how often), equal but for rounding taken for equal."""
    if not len(sizes):
        return []
    edges = [0, *(np.flatnonzero(np.diff(sizes) > NEAR * total / len(sizes)) + 1), len(sizes)]
    return [
        (float(sizes[begin:end].mean()), int(end - begin))
        for begin, end in pairwise(edges)
        if end > begin
    ]


def _fair_coins(count: int) -> Floats:
    """Probability of 0, 1, ... count heads, shape (count + 1,)."""
    whole = 2**count
    ways = accumulate(range(count), lambda way, k: way * (count - k) // (k + 1), initial=1)
    return np.array([way / whole for way in ways])


def _draw(groups: Sequence[Floats], draws: int, generator: np.random.Generator) -> Floats:
    """Sums of the groups with random signs, shape (draws, groups)."""
    columns = []
    for sizes in groups:
        signs = generator.integers(0, 2, (draws, len(sizes)), dtype=np.int8) * 2.0 - 1.0
        columns.append(signs @ sizes)
    return np.stack(columns, axis=1)
