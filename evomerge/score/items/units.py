"""What counts as one in a comparison: an item, a question in several tasks, or a group of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Units:
    """Which items are one question, and which questions hang together, by the items' ids.

    An id is the hash of a document: the same one in two tasks is one question. Items that are not
    named here stand alone.
    """

    questions: Mapping[str, str] = field(default_factory=dict)
    """Names the question that an item asks, where items of other ids ask it as well."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Names the group that an item is in, where it is not alone."""

    def question(self, item: str) -> str:
        """Names the question that an item asks."""
        return self.questions.get(item, item)

    def unit(self, item: str) -> str:
        """Names what is drawn as one: the item's group, or its question."""
        return self.groups.get(item, self.question(item))

    def count_questions(self, items: Iterable[str]) -> int:
        """How many distinct questions these items ask."""
        return len({self.question(item) for item in items})

    def count(self, items: Iterable[str]) -> int:
        """How many units these items are in."""
        return len({self.unit(item) for item in items})

    def effective(self, items: Iterable[str]) -> float:
        """How many units of one size would show as much, were a unit's items all alike (Kish 1965).

        0 of no items.
        """
        sizes: dict[str, int] = {}
        for question in {self.question(item): item for item in items}.values():
            sizes[self.unit(question)] = sizes.get(self.unit(question), 0) + 1
        squares = sum(size**2 for size in sizes.values())
        return sum(sizes.values()) ** 2 / squares if squares else 0.0


ALONE = Units()
"""Where nothing hangs together."""
