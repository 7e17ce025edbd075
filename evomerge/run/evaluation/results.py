"""What is known of one offspring on one split, gathered from all parts of its trial."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from evomerge.ledger import (
    Cost,
    ItemKey,
    ItemNumbers,
    ItemScore,
    Part,
    ScoreColumns,
    State,
    item_scores,
)


@dataclass(frozen=True, slots=True)
class _Share:
    """What one evaluation brought."""

    items: int
    """A set of items, as bits; nothing where it failed."""
    cost: Cost
    record: int
    """The number of its record in the ledger."""


class Results:
    """The scores of an offspring on a split, so far.

    A run of ten thousand offspring keeps as many of these, so scores are held in arrays: 12 bytes
    each, not 200.

    Args:
        numbers: of the run's items.
    """

    def __init__(self, numbers: ItemNumbers) -> None:
        self._numbers = numbers
        self._items, self._values = array("I"), array("d")
        self._weights: array[float] | None = None
        """Of each score; None where all are 1."""
        self._shares: list[_Share] = []
        self.known = 0
        """The items that are scored, as bits; see :meth:`set_of`."""
        self.failure: str | None = None
        """Why it cannot be scored, if it cannot."""
        self.audit: dict[str, Any] = {}
        """By task, how it answered."""
        self.answers: dict[ItemKey, Any] = {}
        """What it answered, as JSON values, where that is kept."""

    def take(self, part: Part, record: int = 0) -> None:
        """Add what one evaluation brought.

        Args:
            record: the number of its record in the ledger.
        """
        scores = ScoreColumns.of(part.scores, self._numbers)
        weights = scores.weights
        if self._weights is None and scores and weights != 1.0:
            self._weights = array("d", repeat(1.0, len(self._items)))
        if self._weights is not None:
            each = weights if isinstance(weights, Sequence) else repeat(weights, len(scores))
            self._weights.extend(each)
        self._items.extend(scores.numbers)
        self._values.extend(scores.values)
        self.known |= scores.items
        self._shares.append(_Share(scores.items, part.cost, record))
        self.failure = part.reason if part.state is State.FAILED else self.failure
        self.audit.update(part.audit)
        self.answers.update(part.answers)

    @property
    def scores(self) -> dict[ItemKey, ItemScore]:
        """Every score that is known; of an item that was scored twice the later one."""
        keys = [*map(self._numbers.key, self._items)]
        weights = self._weights or repeat(1.0, len(keys))
        return dict(zip(keys, item_scores(keys, self._values, weights), strict=True))

    def scores_of(self, keys: Sequence[ItemKey]) -> list[ItemScore]:
        """The scores of those of the items that are scored, in their order."""
        if len(keys) == len(self._items) and self._items.tolist() == self._numbers.numbers_of(keys):
            # All of them were scored at once, as is usual without races.
            return item_scores(keys, self._values, self._weights or repeat(1.0, len(keys)))
        scores = self.scores
        return [scores[key] for key in keys if key in scores]

    def missing(self, keys: Sequence[ItemKey]) -> list[ItemKey]:
        """Those of the items that are not scored yet."""
        if not self.known:
            return [*keys]
        if not self._numbers.set_of(keys) & ~self.known:
            return []
        numbered = zip(keys, self._numbers.numbers_of(keys), strict=True)
        return [key for key, number in numbered if not self.known >> number & 1]

    def values(self, keys: Sequence[ItemKey]) -> dict[ItemKey, float]:
        """The scores of those of the items that are scored."""
        by_number = dict(zip(self._items, self._values, strict=True))
        numbered = zip(keys, self._numbers.numbers_of(keys), strict=True)
        return {key: by_number[number] for key, number in numbered if number in by_number}

    def set_of(self, keys: Iterable[ItemKey]) -> int:
        """Items as the bits of one integer."""
        return self._numbers.set_of(keys)

    def covered_by(self, scores: Sequence[ItemScore]) -> int:
        """The items of some of the known scores, as the bits of one integer."""
        if len(scores) == self.known.bit_count():
            return self.known
        return self.set_of([score[:2] for score in scores])

    def cost_of(self, items: int) -> Cost:
        """What it took to score these items, and what attempts took that failed.

        Of what was scored together with others, the items' share.

        Args:
            items: as bits; see :meth:`set_of`.
        """
        shares = [
            share.cost
            if share.items & items == share.items
            else share.cost * ((share.items & items).bit_count() / share.items.bit_count())
            for share in self._shares
        ]
        return sum(shares, Cost())

    def records_of(self, items: int) -> tuple[int, ...]:
        """The numbers of the records that scores of these items, or a failure, stand in."""
        return tuple(s.record for s in self._shares if s.items & items or not s.items)

    def forgive(self) -> None:
        """Forget a failure, so that it is tried again: memory may have been freed since."""
        self.failure = None


def largest_weights(each: Iterable[Results], keys: Iterable[ItemKey]) -> dict[ItemKey, float]:
    """How much each item counts in its task's mean: 1 where nobody was scored on it.

    Where an answer decides whether an item counts at all, as much as it does for any of the models.
    """
    weights: dict[ItemKey, float] = {}
    for results in each:
        for key, score in results.scores.items():
            weights[key] = max(score.weight, weights.get(key, 0.0))
    return {key: weights.get(key, 1.0) for key in keys}
