"""Is one offspring better than another? Paired by item, stratified by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evomerge.ledger import ItemScore

RESAMPLES = 20_000
CHUNK = 4_000_000
"""Random numbers drawn at a time."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """A difference in fitness, ours minus theirs, and how sure it is."""

    difference: float
    ci95: tuple[float, float]
    """Percentile bootstrap over items within tasks (Efron 1979)."""
    p_value: float
    """Two-sided permutation test: were the pairs' signs random (Fisher 1935), how often would
    the difference be as large?"""
    items: int


@dataclass(frozen=True)
class _Task:
    """The pairs of one task: `differences` and `weights`, each shape (items,); share of fitness."""

    differences: Floats
    weights: Floats
    share: float

    @property
    def contributions(self) -> Floats:
        """What each pair adds to the difference in fitness."""
        result: Floats = self.share * self.weights * self.differences / self.weights.sum()
        return result


def compare(
    ours: Sequence[ItemScore],
    theirs: Sequence[ItemScore],
    task_weights: Mapping[str, float],
    seed: int,
) -> Comparison:
    """Compare two offspring scored on the same items.

    Args:
        task_weights: each task's weight in the fitness; tasks of weight 0 are left out.
        seed: of the resampling.

    Raises:
        ValueError: they were not scored on the same items.
    """
    tasks = _pair(ours, theirs, task_weights)
    generator = np.random.default_rng(seed)
    contributions = np.concatenate([task.contributions for task in tasks])
    difference = float(contributions.sum())
    low, high = np.quantile(_bootstrap(tasks, generator), [0.025, 0.975])
    p_value = _permutation_p(contributions, generator)
    return Comparison(difference, (float(low), float(high)), p_value, len(contributions))


def _pair(
    ours: Sequence[ItemScore], theirs: Sequence[ItemScore], task_weights: Mapping[str, float]
) -> list[_Task]:
    other = {(score.task, score.item): score for score in theirs}
    if {(score.task, score.item) for score in ours} != set(other) or len(other) != len(theirs):
        raise ValueError("only offspring scored on the same items can be compared")
    names = sorted({s.task for s in ours if task_weights.get(s.task)})
    total = sum(task_weights[name] for name in names)
    tasks = []
    for name in names:
        # In one order, whatever order they were scored or stored in: resampling draws by position.
        scores = sorted((s for s in ours if s.task == name), key=lambda s: s.item)
        differences = [score.value - other[name, score.item].value for score in scores]
        weights = [score.weight for score in scores]
        tasks.append(_Task(np.array(differences), np.array(weights), task_weights[name] / total))
    return tasks


def _bootstrap(tasks: Sequence[_Task], generator: np.random.Generator) -> Floats:
    """The difference in fitness in each resample, shape (RESAMPLES,)."""
    total = np.zeros(RESAMPLES)
    for task in tasks:
        n = len(task.differences)
        weighted = task.weights * task.differences
        for begin, size in _chunks(n):
            drawn = generator.integers(0, n, size=(size, n))
            means = weighted[drawn].sum(axis=1) / task.weights[drawn].sum(axis=1)
            total[begin : begin + size] += task.share * means
    return total


def _permutation_p(contributions: Floats, generator: np.random.Generator) -> float:
    """Share of random sign flips that give as large a difference, the observed one among them."""
    moved = contributions[contributions != 0]
    if not len(moved):
        return 1.0
    observed = abs(float(moved.sum())) * (1 - 1e-12)
    extreme = 0
    for _, size in _chunks(len(moved)):
        signs = generator.integers(0, 2, size=(size, len(moved)), dtype=np.int8) * 2.0 - 1.0
        extreme += int((np.abs(signs @ moved) >= observed).sum())
    return (extreme + 1) / (RESAMPLES + 1)


def _chunks(n: int) -> list[tuple[int, int]]:
    """Begin and size of each part of the resamples."""
    size = max(1, min(RESAMPLES, CHUNK // max(n, 1)))
    return [(begin, min(size, RESAMPLES - begin)) for begin in range(0, RESAMPLES, size)]
