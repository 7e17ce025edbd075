"""Which items a generation is asked, few before many, and what its scores on them estimate."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ItemKey = tuple[str, str]
"""A task and the id of one of its items."""

Floats = NDArray[np.float64]

FADING = 0.9
"""What an earlier generation's scores count for in the next one: the search moves on."""

PRIOR = 4.0
"""Candidates' worth of scores that an item is taken to have had, like its task's average item."""


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
    level: float
    """The fitness of a candidate that scores as expected on every item."""
    within: Floats
    """Each item's share in its task's mean."""
    levels: Mapping[str, float]
    """By task, the mean of a candidate that scores as expected on every item."""
    population: int
    """How many items it was drawn from."""

    def estimate(self, scores: Floats) -> Floats:
        """Fitness on all items from scores on these, shape (candidates, items) -> (candidates,).

        The difference estimator (Saerndal, Swensson & Wretman 1992, eq. 6.3.4): unbiased, as the
        expected scores were fixed before the items were drawn; exact when all were.
        """
        surprise: Floats = (scores - self.expected) @ (self.shares / self.chances)
        return self.level + surprise

    def task_means(self, scores: Mapping[ItemKey, float]) -> dict[str, float]:
        """Each task's mean over all its items, estimated in the same way for one candidate."""
        known = np.array([scores[item] for item in self.items])
        surprise = (known - self.expected) * self.within / self.chances
        means = dict(self.levels)
        for (task, _), more in zip(self.items, surprise.tolist(), strict=True):
            means[task] += more
        return means


class Items:
    """What earlier generations have shown of each item: its mean score and its spread.

    Args:
        shares: of each item in its task's mean: positive, and 1 in all for each task.

    Raises:
        ValueError: a share is not positive.
    """

    def __init__(self, shares: Mapping[ItemKey, float]) -> None:
        if not shares or min(shares.values()) <= 0:
            raise ValueError("every item needs a positive share in its task's mean")
        self._items = sorted(shares)
        self._index = {item: i for i, item in enumerate(self._items)}
        self._within = np.array([shares[item] for item in self._items])
        self._names = sorted({task for task, _ in self._items})
        self._tasks = np.array([self._names.index(task) for task, _ in self._items])
        self._seen, self._sum, self._free, self._squares = np.zeros((4, len(self._items)))

    def __len__(self) -> int:
        return len(self._items)

    def learn(self, scores: Sequence[Mapping[ItemKey, float]]) -> None:
        """Take in the scores of a generation's candidates."""
        table = np.full((len(scores), len(self)), np.nan)
        for row, known in zip(table, scores, strict=True):
            row[[self._index[item] for item in known]] = list(known.values())
        seen = (~np.isnan(table)).sum(axis=0)
        total = np.nansum(table, axis=0)
        squares = np.nansum((table - total / np.maximum(seen, 1)) ** 2, axis=0)
        self._seen = FADING * self._seen + seen
        self._sum = FADING * self._sum + total
        self._free = FADING * self._free + np.maximum(seen - 1, 0)
        self._squares = FADING * self._squares + squares

    @property
    def means(self) -> dict[str, float]:
        """Each task's mean, as far as is known."""
        return self._levels(self.moments()[0])

    def sample(
        self,
        sizes: Sequence[int],
        seed: Sequence[int],
        slopes: Mapping[str, float],
        watched: Collection[str] = (),
    ) -> list[Sample]:
        """Nested samples, each holding the ones before it.

        Each is drawn from the next larger one with the probabilities that are lacking, so that
        every item's probability in each of them is known exactly.

        Args:
            sizes: ascending; about so many items (one more or less, as it falls out).
            seed: of the draw: the run's, the cycle's, the generation's.
            slopes: what each task's mean adds to the fitness; see :meth:`Aggregate.gradient`.
            watched: tasks that are asked for as others are, whatever they add.
        """
        expected, spread = self.moments()
        slope = np.array([slopes.get(name, 0.0) for name in self._names])
        usual = slope[slope > 0].mean()
        least = np.array([usual if name in watched else 0.0 for name in self._names])
        shares = (slope / slope.sum())[self._tasks] * self._within
        size_of = spread * np.maximum(slope, least)[self._tasks] * self._within
        order = np.lexsort((np.arange(len(self)), expected, self._tasks))
        generator = np.random.default_rng(list(seed))
        chances, drawn = np.ones(len(self)), np.ones(len(self), dtype=bool)
        samples: list[Sample] = []
        for size in reversed(sizes):
            lower = np.minimum(_chances(size_of, size), chances)
            among = order[drawn[order]]
            taken = _pivotal(lower[among] / chances[among], generator.random(len(among)))
            drawn = np.zeros(len(self), dtype=bool)
            drawn[among[taken]] = True
            chances = lower
            samples.insert(0, self._sample(np.flatnonzero(drawn), chances, shares, expected))
        return samples

    def _sample(
        self, at: NDArray[np.intp], chances: Floats, shares: Floats, expected: Floats
    ) -> Sample:
        return Sample(
            items=[self._items[i] for i in at],
            tasks=self._tasks[at],
            chances=chances[at],
            shares=shares[at],
            expected=expected[at],
            level=float(shares @ expected),
            within=self._within[at],
            levels=self._levels(expected),
            population=len(self),
        )

    def _levels(self, expected: Floats) -> dict[str, float]:
        levels = np.bincount(self._tasks, self._within * expected)
        return dict(zip(self._names, levels.tolist(), strict=True))

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of each item's score, shrunk towards those of its task."""
        seen, total, free, squares = (
            np.bincount(self._tasks, what)[self._tasks]
            for what in (self._seen, self._sum, self._free, self._squares)
        )
        expected = (self._sum + PRIOR * total / np.maximum(seen, 1)) / (self._seen + PRIOR)
        if not squares.all():
            return expected, np.ones(len(self))
        return expected, np.sqrt((self._squares + PRIOR * squares / free) / (self._free + PRIOR))


def _chances(sizes: Floats, count: int) -> Floats:
    """Probabilities of being drawn, in proportion to size and at most 1, that sum to `count`."""
    chances = np.zeros(len(sizes))
    certain = np.zeros(len(sizes), dtype=bool)
    while count < len(sizes):
        rest = sizes[~certain]
        chances = np.where(certain, 1.0, sizes * (count - certain.sum()) / rest.sum())
        if (chances <= 1.0).all():
            return chances
        certain |= chances >= 1.0
    return np.ones(len(sizes))


def _pivotal(chances: Floats, uniform: Floats) -> NDArray[np.bool_]:
    """Draw with given probabilities, neighbours seldom together.

    The ordered pivotal method (Deville & Tille 1998; Chauvet 2012): two items compete, the loser is
    out or the winner in, and the other goes on with what probability is left. So items that are
    alike, side by side, are represented evenly: those of a task, and of a difficulty.
    """
    left = chances.copy()
    going = 0
    for i in range(1, len(left)):
        a, b = left[going], left[i]
        both = a + b
        if both < 1.0:
            stays = i if uniform[i] * both < b else going
            left[going], left[i] = 0.0, 0.0
            left[stays] = both
        else:
            stays = i if uniform[i] * (2.0 - both) < 1.0 - b else going
            other = going if stays == i else i
            left[other], left[stays] = 1.0, both - 1.0
        going = stays
    left[going] = float(uniform[0] < left[going])
    return left == 1.0
