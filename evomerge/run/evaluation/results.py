"""What is known of one offspring on one split, gathered from all parts of its trial."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from evomerge.ledger import Cost, ItemKey, ItemNumbers, ItemScore, Part, State


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
        self._known = 0
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
        keys = [(score.task, score.item) for score in part.scores]
        weights = [score.weight for score in part.scores]
        if self._weights is None and any(weight != 1.0 for weight in weights):
            self._weights = array("d", [1.0] * len(self._items))
        if self._weights is not None:
            self._weights.extend(weights)
        self._items.extend(self._numbers.numbers_of(keys))
        self._values.extend(score.value for score in part.scores)
        scored = self._numbers.set_of(keys)
        self._known |= scored
        self._shares.append(_Share(scored, part.cost, record))
        self.failure = part.reason if part.state is State.FAILED else self.failure
        self.audit.update(part.audit)
        self.answers.update(part.answers)

    @property
    def scores(self) -> dict[ItemKey, ItemScore]:
        """Every score that is known; of an item that was scored twice the later one."""
        weights = self._weights or repeat(1.0, len(self._items))
        keys = map(self._numbers.key, self._items)
        return {
            key: ItemScore(*key, value, weight)
            for key, value, weight in zip(keys, self._values, weights, strict=True)
        }

    def missing(self, keys: Sequence[ItemKey]) -> list[ItemKey]:
        """Those of the items that are not scored yet."""
        if not self._known:
            return [*keys]
        if not self._numbers.set_of(keys) & ~self._known:
            return []
        numbered = zip(keys, self._numbers.numbers_of(keys), strict=True)
        return [key for key, number in numbered if not self._known >> number & 1]

    def values(self, keys: Sequence[ItemKey]) -> dict[ItemKey, float]:
        """The scores of those of the items that are scored."""
        by_number = dict(zip(self._items, self._values, strict=True))
        numbered = zip(keys, self._numbers.numbers_of(keys), strict=True)
        return {key: by_number[number] for key, number in numbered if number in by_number}

    def set_of(self, keys: Iterable[ItemKey]) -> int:
        """Items as the bits of one integer."""
        return self._numbers.set_of(keys)

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
