"""Items by number: so a record of scores is small, and a set of items is one integer's bits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from evomerge.ledger.events import ItemsNumbered
from evomerge.ledger.score import ItemKey


class ItemNumbers:
    """The items of a run, in the order in which their first scores were recorded."""

    def __init__(self) -> None:
        self._keys: dict[int, ItemKey] = {}
        self._numbers: dict[ItemKey, int] = {}
        self.end = 0
        """The number that the next item will have."""
        self._last_set: tuple[list[int], int] = [], 0
        self._last_numbers: tuple[list[ItemKey], list[int]] = [], []
        """What was asked for last, which most often is asked for again, and the answer."""

    def __getitem__(self, key: ItemKey) -> int:
        """The number of an item, which is given one where it has none."""
        number = self._numbers.get(key)
        if number is None:
            number = self.end
            self.take(ItemsNumbered(number, (key,)))
        return number

    def take(self, numbered: ItemsNumbered) -> None:
        """Take in numbers that were given."""
        for number, key in enumerate(numbered.keys, start=numbered.first):
            self._keys[number], self._numbers[key] = key, number
        self.end = max(self.end, numbered.first + len(numbered.keys))

    def since(self, first: int) -> ItemsNumbered:
        """The items from a number on."""
        return ItemsNumbered(first, tuple(self._keys[n] for n in range(first, self.end)))

    def key(self, number: int) -> ItemKey:
        """The item of a number.

        Raises:
            KeyError: no item has it.
        """
        return self._keys[number]

    def set_of(self, keys: Iterable[ItemKey]) -> int:
        """A set of items: bit n stands for the item of number n."""
        return self.set_of_numbers(self.numbers_of(keys))

    def set_of_numbers(self, numbers: Sequence[int]) -> int:
        """The same of items by number.

        Raises:
            KeyError: no item has one of the numbers.
        """
        if numbers != self._last_set[0]:
            bits = reduce(or_, (1 << number for number in numbers if self._keys[number]), 0)
            self._last_set = [*numbers], bits
        return self._last_set[1]

    def numbers_of(self, keys: Iterable[ItemKey]) -> list[int]:
        """The number of each item, in their order."""
        keys = [*keys]
        if keys != self._last_numbers[0]:
            self._last_numbers = keys, [self[key] for key in keys]
        return [*self._last_numbers[1]]
