"""Scores as a record holds them, column by column: a run that is resumed reads millions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import overload

from evomerge.ledger.numbering import ItemNumbers
from evomerge.ledger.score import ItemScore, item_scores


class ScoreColumns(Sequence[ItemScore]):
    """The scores of some items; objects are made of them when they are looked at.

    Args:
        numbers: of the items.
        values: shape (n,).
        weights: shape (n,), or one for all.
        of: the items of the numbers.

    Raises:
        KeyError: no item has one of the numbers.
        ValueError: there are more of one than of the other.
    """

    __slots__ = ("_of", "items", "numbers", "values", "weights")

    def __init__(
        self,
        numbers: Sequence[int],
        values: Sequence[float],
        weights: Sequence[float] | float,
        of: ItemNumbers,
    ) -> None:
        if len(values) != len(numbers):
            raise ValueError(f"{len(values)} values of {len(numbers)} items")
        self.numbers, self.values, self.weights, self._of = numbers, values, weights, of
        self.items = of.set_of_numbers(numbers)
        """The items as the bits of one integer."""

    @classmethod
    def of(cls, scores: Sequence[ItemScore], numbers: ItemNumbers) -> ScoreColumns:
        """Scores in columns; items that have no number are given one.

        The weights are one where all are the same.
        """
        if isinstance(scores, ScoreColumns):
            return scores
        if not scores:
            return cls([], [], [], numbers)
        tasks, items, values, weights = zip(*scores, strict=True)
        keys = zip(tasks, items, strict=True)
        same = len({*weights}) == 1
        return cls(numbers.numbers_of(keys), [*values], weights[0] if same else [*weights], numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[ItemScore]:
        keys = [*map(self._of.key, self.numbers)]
        weights = self.weights
        each = weights if isinstance(weights, Sequence) else repeat(weights, len(keys))
        return iter(item_scores(keys, self.values, each))

    @overload
    def __getitem__(self, place: int) -> ItemScore: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ItemScore]: ...
    def __getitem__(self, place: int | slice) -> ItemScore | Sequence[ItemScore]:
        return [*self][place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and [*self] == [*other]

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
