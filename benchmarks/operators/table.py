"""What the lines say: means over seeds, and paired differences with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

DRAWS, LEVEL = 2000, 0.95
"""Of the bootstrap, and of its intervals."""
Doubles = npt.NDArray[np.float64]
Scores = Mapping[str, Mapping[str, float]]
"""By task and item, of one seed's winner."""


@dataclass(frozen=True)
class Difference:
    """By how much one entry is better than another, with its interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.3f} ({self.low:+.3f} to {self.high:+.3f})"


def mean_of(scores: Scores) -> float:
    """The mean over tasks of the mean over items."""
    return float(np.mean([np.mean([*items.values()]) for items in scores.values()]))


def difference(ours: Sequence[Sequence[Scores]], theirs: Sequence[Sequence[Scores]]) -> Difference:
    """The mean over sets, seeds, tasks and items, paired; a percentile bootstrap.

    Seeds are drawn with replacement in each set, and items in each task: where several sets have
    a task, the same items in all of them.

    Args:
        ours, theirs: for each set, for each seed the same number of scores.
    """
    names = sorted({(task, item) for one in ours for task, i in one[0].items() for item in i})
    places = {name: place for place, name in enumerate(names)}
    tasks = np.unique([task for task, _ in names], return_inverse=True)[1]
    gaps = [_gaps(a, b, places) for a, b in zip(ours, theirs, strict=True)]
    generator = np.random.default_rng(0)
    whole = _mean(gaps, [np.ones(len(one)) for one in gaps], np.ones(len(names)), tasks)
    drawn = []
    for _ in range(DRAWS):
        seeds = [_times(len(one), generator) for one in gaps]
        items = np.zeros(len(names))
        for task in range(tasks.max() + 1):
            own = np.flatnonzero(tasks == task)
            items[own] = _times(len(own), generator)
        drawn.append(_mean(gaps, seeds, items, tasks))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Difference(whole, float(low), float(high))


def _times(count: int, generator: np.random.Generator) -> Doubles:
    """How often each of so many is drawn, with replacement."""
    return np.bincount(generator.integers(0, count, count), minlength=count).astype(float)


def _gaps(
    ours: Sequence[Scores], theirs: Sequence[Scores], places: Mapping[tuple[str, str], int]
) -> Doubles:
    """Shape (seeds, items); NaN where a set has no such item."""
    made = np.full((len(ours), len(places)), np.nan)
    for seed, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        for task, items in a.items():
            for item, score in items.items():
                made[seed, places[task, item]] = score - b[task][item]
    return made


def _mean(
    gaps: Sequence[Doubles], seeds: Sequence[Doubles], items: Doubles, tasks: npt.NDArray[np.intp]
) -> float:
    """The mean over sets and tasks, weighted over seeds and items."""
    each = []
    for one, times in zip(gaps, seeds, strict=True):
        by_item = times @ one / times.sum()
        present = ~np.isnan(by_item)
        weights = np.where(present, items, 0.0)
        totals = np.bincount(tasks, weights * np.nan_to_num(by_item))
        counts = np.bincount(tasks, weights)
        each.append(np.mean(totals[counts > 0] / counts[counts > 0]))
    return float(np.mean(each))


def chosen(rows: Sequence[Mapping[str, Any]], entries: Sequence[str]) -> str:
    """The entry of the highest mean over rows, by validation items; of equals the first."""
    return max(entries, key=lambda name: _validated(rows, name))


def _validated(rows: Sequence[Mapping[str, Any]], entry: str) -> float:
    """The mean over sets of the mean over seeds."""
    by_set: dict[str, list[float]] = {}
    for row in rows:
        if row["entry"] == entry:
            by_set.setdefault(row["set"], []).append(row["validation"])
    return float(np.mean([np.mean(values) for values in by_set.values()]))
