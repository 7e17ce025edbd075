"""Some of the items, what scores on them say of all, and how surely."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evomerge.search.outcome import ItemKey

Floats = NDArray[np.float64]

PRIOR = 8.0
"""Items' worth of belief that a pair's differences spread like those of all pairs."""


@dataclass(frozen=True)
class Sample:
    """Some of the items, drawn with known probabilities. All arrays have shape (items,)."""

    items: Sequence[ItemKey]
    tasks: NDArray[np.int64]
    """Each item's task, numbered."""
    chances: Floats
    """Each item's probability of being drawn, in (0, 1]."""
    shares: Floats
    """Each item's share in the fitness."""
    expected: Floats
    """Each item's expected score, from earlier generations."""
    within: Floats
    """Each item's share in its task's mean."""
    levels: Mapping[str, float]
    """By task, the mean of a candidate that scores as expected on every item."""
    level: float
    """The fitness of such a candidate."""
    population: int
    """How many items it was drawn from."""

    def estimate(self, scores: Floats) -> Floats:
        """Fitness on all items from scores on these, shape (candidates, items) -> (candidates,).

        The difference estimator (Saerndal, Swensson & Wretman 1992, eq. 6.3.4): unbiased, as the
        expected scores were fixed before the items were drawn; exact when all were.
        """
        # Not by BLAS, which may round by the number of cores, and equal rows differently.
        surprise = np.einsum("ci,i->c", scores - self.expected, self.shares / self.chances)
        estimates: Floats = self.level + surprise
        return estimates

    def task_means(self, scores: Mapping[ItemKey, float]) -> dict[str, float]:
        """Each task's mean over all its items, estimated likewise from one candidate's scores."""
        known = np.array([scores[item] for item in self.items])
        surprise = (known - self.expected) * self.within / self.chances
        means = dict(self.levels)
        for (task, _), more in zip(self.items, surprise.tolist(), strict=True):
            means[task] += more
        return means

    def task_errors(self, scores: Mapping[ItemKey, float]) -> dict[str, float]:
        """The standard error of each task's mean over draws of the items; 0 where all were asked.

        Like :meth:`paired_variances`, of one candidate's differences from the expected scores.
        Infinite for a task without items, and for all where there are no more items than tasks.
        """
        names = {number: task for (task, _), number in zip(self.items, self.tasks, strict=True)}
        lacking = 1.0 - self.chances
        if not lacking.any():
            return dict.fromkeys(self.levels, 0.0)
        degrees = len(self.items) - len(names)
        unknown = dict.fromkeys(self.levels, math.inf)
        if degrees < 1:
            return unknown
        known = np.array([[scores[item] for item in self.items]])
        parts = self._centred((known - self.expected) * (self.within / self.chances), lacking)
        squares = lacking * parts[0] ** 2 * (len(self.items) / degrees)
        errors = {name: math.sqrt(squares[self.tasks == at].sum()) for at, name in names.items()}
        return unknown | errors

    def paired_variances(self, scores: Floats, *, of_these: bool = True) -> tuple[Floats, int]:
        """How unsure the differences between candidates' estimates are.

        Over draws of the items, within tasks (Hajek 1964; an overestimate, as the draw spreads
        items evenly). Each pair's variance is drawn towards the mean of all pairs, so that a few
        equal answers do not pass for certainty.

        Args:
            scores: on these items, shape (candidates, items).
            of_these: differences on all of the items, which are sure once all were asked; else
                differences on all items that might have been written.

        Returns:
            Variances, shape (candidates, candidates), and degrees of freedom.
        """
        lacking = 1.0 - self.chances if of_these else np.ones(len(self.items))
        parts = self._centred(scores * (self.shares / self.chances), lacking)
        degrees = len(self.items) - len(np.unique(self.tasks))
        if degrees < 1:
            return np.full((len(scores), len(scores)), math.inf), 1
        gram = np.einsum("ai,bi->ab", parts * lacking, parts) * (len(self.items) / degrees)
        own = np.diag(gram)
        pairs = np.maximum(own[:, None] + own[None] - 2.0 * gram, 0.0)
        mean = pairs.sum() / max(len(scores) * (len(scores) - 1), 1)
        prior = mean * (1.0 - np.eye(len(scores)))
        return (degrees * pairs + PRIOR * prior) / (degrees + PRIOR), degrees

    def _centred(self, parts: Floats, lacking: Floats) -> Floats:
        """Less the mean of each task's items, weighted by what they lack; shape as before."""
        parts = parts.copy()
        for task in np.unique(self.tasks):
            at = self.tasks == task
            weights = lacking[at] if lacking[at].any() else None
            parts[:, at] -= np.average(parts[:, at], axis=1, weights=weights)[:, None]
        return parts
