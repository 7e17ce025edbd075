"""Which items a generation is asked, few before many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evomerge.search.outcome import ItemKey
from evomerge.search.races.sample import Floats, Sample

FADING = 0.9
"""What an earlier generation's scores count for in the next one: the search moves on."""

PRIOR = 4.0
"""Candidates' worth of scores that an item is taken to have had, like its task's average item."""

LEAST = 0.2
"""The spread of an item on which all have agreed so far, as a share of all items': not 0, since the
next candidates may differ."""


class Items:
    """What earlier generations have shown of each item: its mean score and its spread.

    Args:
        shares: of each item in the fitness: the task's weight over the task's items, or in
            proportion to the items' weights where they have some. Positive.

    Raises:
        ValueError: a share is not positive.
    """

    def __init__(self, shares: Mapping[ItemKey, float]) -> None:
        if not shares or min(shares.values()) <= 0:
            raise ValueError("every item needs a positive share in the fitness")
        self._items = sorted(shares)
        self._index = {item: i for i, item in enumerate(self._items)}
        self._shares = np.array([shares[item] for item in self._items])
        self._shares /= self._shares.sum()
        self._names = sorted({task for task, _ in self._items})
        self._tasks = np.array([self._names.index(task) for task, _ in self._items])
        self._within = self._shares / np.bincount(self._tasks, self._shares)[self._tasks]
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
        """Each task's mean, as far as it is known."""
        return self._levels(self.moments()[0])

    def sample(
        self,
        sizes: Sequence[int],
        seed: Sequence[int],
        factors: Mapping[str, float] | None = None,
    ) -> list[Sample]:
        """Nested samples, each holding the ones before it.

        Each is drawn from the next larger one with the probabilities that are lacking, so that
        every item's probability in each of them is known exactly.

        Args:
            sizes: ascending; about so many items (one more or less, as it falls out).
            seed: of the draw: the run's, the cycle's, the generation's.
            factors: by task, what the shares of its items are multiplied by; 1 by default. With 0 a
                task adds nothing to the fitness, and is asked for all the same.

        Raises:
            ValueError: a size is less than 1, or less than the one before.
        """
        if not sizes or min(sizes) < 1 or [*sizes] != sorted(sizes):
            raise ValueError(f"sizes of samples ascend from 1, and these are {[*sizes]}")
        expected, spread = self.moments()
        factor = np.array([(factors or {}).get(name, 1.0) for name in self._names])[self._tasks]
        shares = self._shares * factor / (self._shares * factor).sum()
        wanted = self._shares * np.where(factor > 0, factor, 1.0) * spread
        order = np.lexsort((np.arange(len(self)), expected, self._tasks))
        generator = np.random.default_rng(list(seed))
        chances, drawn = np.ones(len(self)), np.ones(len(self), dtype=bool)
        samples: list[Sample] = []
        for size in reversed(sizes):
            lower = np.minimum(_chances(wanted, size), chances)
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
            within=self._within[at],
            levels=self._levels(expected),
            level=float((shares * expected).sum()),
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
        overall = self._squares.sum() / max(self._free.sum(), 1)
        if not overall:
            return expected, np.ones(len(self))
        like_others = squares / np.maximum(free, 1)
        variance = (self._squares + PRIOR * like_others) / (self._free + PRIOR)
        return expected, np.sqrt(np.maximum(variance, LEAST**2 * overall))


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
    if not len(left):
        return np.zeros(0, dtype=bool)
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
    drawn: NDArray[np.bool_] = left == 1.0
    return drawn
