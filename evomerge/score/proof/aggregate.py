"""How the means of tasks become one fitness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evomerge.errors import RecipeError

Floats = NDArray[np.float64]

SHIFT = 0.01
"""Added to every mean before the geometric mean is taken, and taken off after it: one point of
accuracy. So a task at 0 costs much and does not make all others worthless."""


@dataclass(frozen=True)
class Aggregate:
    """How the means of tasks become one fitness; higher is better.

    With w the weights as shares of 1 and m the means:

    - raw: sum of w m.
    - range: sum of w (m - low) / (high - low), where low and high are the lowest and the highest
      mean of the parents. So a task counts by how much of the parents' range is won, whatever its
      scale. Where the parents are all equal there is no range, and the scale is 1: w (m - low).
    - geometric: the shifted geometric mean exp(sum of w log(m + s)) - s, with s = 0.01 (Achterberg
      2007). A gain counts more on the task that is worse off. Of equal means it is that mean.
      For scores that are never negative.
    """

    weights: Mapping[str, float]
    """By task; tasks of weight 0 are left out."""
    how: Literal["raw", "range", "geometric"] = "raw"
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """For range: the parents' lowest and highest mean on the search items, by task."""

    @property
    def linear(self) -> bool:
        """Whether the fitness is a weighted sum, but for a constant."""
        return self.how != "geometric"

    def counted(self, tasks: Sequence[str]) -> list[str]:
        """Those of the tasks that have a weight, in the order of the weights.

        Raises:
            ValueError: none has.
        """
        counted = [task for task, weight in self.weights.items() if weight and task in tasks]
        if not counted:
            raise ValueError("no task with a weight was scored")
        return counted

    def fitness(self, means: Mapping[str, float]) -> float:
        """The fitness of one model; tasks that have no mean are left out."""
        tasks = self.counted(list(means))
        return float(self.of(np.array([means[task] for task in tasks]), tasks))

    def of(self, means: Floats, tasks: Sequence[str]) -> Floats:
        """The fitness of many, on tasks that count: means of shape (..., tasks) to shape (...)."""
        shares, low, span = self._scales(tasks)
        if self.linear:
            return np.asarray(((means - low) / span * shares).sum(axis=-1))
        # Rounding may leave a mean of nothing but zeros a little below 0.
        logarithms = np.log(np.maximum(means, 0.0) + SHIFT)
        return np.asarray(np.exp((logarithms * shares).sum(axis=-1)) - SHIFT)

    def gradient(self, means: Mapping[str, float]) -> dict[str, float]:
        """What a little more of each task's mean adds to the fitness, per unit of mean."""
        tasks = self.counted(list(means))
        shares, _, span = self._scales(tasks)
        slopes = shares / span
        if not self.linear:
            shifted = np.maximum([means[task] for task in tasks], 0.0) + SHIFT
            slopes = (self.fitness(means) + SHIFT) * shares / shifted
        return dict(zip(tasks, slopes.tolist(), strict=True))

    def check(self, means: Mapping[str, float]) -> None:
        """Check that these means can be aggregated.

        Raises:
            RecipeError: the geometric mean of a negative score, or a range that was not measured.
        """
        for task in self.counted(list(means)):
            if self.how == "geometric" and means[task] < 0:
                raise RecipeError(
                    f"{task} scores {means[task]:.3g}, and a geometric mean is for scores of 0 and "
                    "more; aggregate by range"
                )
            if self.how == "range" and task not in self.ranges:
                raise RecipeError(
                    f"the parents' range on {task} was not measured; give it search items in "
                    "splits, or say aggregate: raw"
                )

    def _scales(self, tasks: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """Share of the fitness, zero point and unit of each task, each shape (tasks,)."""
        shares = np.array([self.weights[task] for task in tasks])
        low, span = np.zeros(len(tasks)), np.ones(len(tasks))
        if self.how == "range":
            low, high = np.array([self.ranges[task] for task in tasks], dtype=float).T
            span = np.where(high > low, high - low, 1.0)
        return shares / shares.sum(), low, span
