"""The items of a split, as they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from evomerge.engine.request import Request, prompt_hash
from evomerge.ledger import ItemKey
from evomerge.score.items.item import Item

LATELY = 8
"""Choices of items whose prompts' hashes are kept: a race asks for a few in turn."""


@dataclass(frozen=True)
class SplitItems:
    """A split's items and their requests: the same objects each time."""

    items: Sequence[Item]
    requests: Sequence[Sequence[Request]]
    index: Mapping[ItemKey, int]
    hashes: dict[tuple[int, ...], str] = field(default_factory=dict)
    """Of the prompts of the items that were asked lately."""

    @cached_property
    def keys(self) -> Sequence[ItemKey]:
        """Of all of them."""
        return [*self.index]

    @classmethod
    def of(cls, items: Sequence[Item]) -> SplitItems:
        """Of the items in their order."""
        index = {item.key: number for number, item in enumerate(items)}
        return cls(items, [item.requests for item in items], index)

    def places(self, keys: Sequence[ItemKey]) -> tuple[tuple[int, ...], list[Item]]:
        """Some of the items: where they stand, and they themselves."""
        chosen = tuple(self.index[key] for key in keys)
        return chosen, [self.items[place] for place in chosen]

    def prompts(self, chosen: tuple[int, ...]) -> str:
        """The hash of the prompts of some of the items."""
        if chosen not in self.hashes:
            if len(self.hashes) == LATELY:
                del self.hashes[next(iter(self.hashes))]
            self.hashes[chosen] = prompt_hash([self.requests[i] for i in chosen])
        return self.hashes[chosen]
