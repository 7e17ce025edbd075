"""Which items are one question, and which hang together: declared by the recipe, or found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.score.items.duplicates import across
from evomerge.score.items.groups import kin
from evomerge.score.items.item import Item, content_id
from evomerge.score.items.units import Units

DECLARED = "declared"
"""Why items hang together that the recipe puts into one group."""


@dataclass(frozen=True)
class Kinship:
    """What counts as one among the items of all terms, and what was found."""

    units: Units
    found: Mapping[str, Mapping[str, int]]
    """By task, how many of its items hang together with others, by the reason."""


def kinship(terms: Sequence[Sequence[Item]], docs: Mapping[str, Mapping[str, Any]]) -> Kinship:
    """Find what counts as one.

    Items are one question that are nearly the same in two terms. They hang together where their
    terms put them into groups of the same name, and where they share a passage, an image, or a
    template with the same slots.

    Args:
        terms: the items of each term of the fitness.
        docs: the document of each item, by its id.
    """
    items = {item.id: item for term in terms for item in term}
    questions = _Sets(items)
    questions.join_all((one.id, other.id) for one, other in across(*terms))
    declared = _declared(terms)
    pool = [*items.values()]
    found = [
        *((DECLARED, ids) for ids in declared.values() if len(ids) > 1),
        *((k.why, [i.id for i in k.items]) for k in kin(pool, [docs[i.id] for i in pool])),
    ]
    groups = _Sets(items)
    groups.join_all(questions.joined().items())
    reasons: dict[str, set[str]] = {}
    for why, ids in found:
        groups.join_all((ids[0], other) for other in ids[1:])
        for item in ids:
            reasons.setdefault(item, set()).add(why)
    # By the declared name, so that a further item in a group moves none of the others.
    label = {groups.name(ids[0]): content_id(group) for group, ids in declared.items()}
    names = {item: label.get(groups.name(item), groups.name(item)) for item in items}
    units = Units(
        questions.joined(),
        {item: name for item, name in names.items() if name != questions.name(item)},
    )
    counted = {
        term[0].task: Counter(why for item in term for why in reasons.get(item.id, ()))
        for term in terms
        if term
    }
    return Kinship(units, counted)


def _declared(terms: Sequence[Sequence[Item]]) -> dict[str, list[str]]:
    """The ids of the items in each group that a term declares, once each."""
    declared: dict[str, dict[str, None]] = {}
    for item in (item for term in terms for item in term if item.group):
        declared.setdefault(item.group, {})[item.id] = None
    return {group: [*ids] for group, ids in sorted(declared.items())}


class _Sets:
    """Disjoint sets, each named by the smallest of its members."""

    def __init__(self, members: Iterable[str]) -> None:
        self._above = {member: member for member in members}

    def name(self, member: str) -> str:
        """The name of the set that it is in."""
        while self._above[member] != member:
            self._above[member] = self._above[self._above[member]]
            member = self._above[member]
        return member

    def join_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Make one set of the sets of each pair."""
        for one, other in pairs:
            low, high = sorted((self.name(one), self.name(other)))
            self._above[high] = low

    def joined(self) -> dict[str, str]:
        """The name of its set for each member that is not the name itself."""
        names = {member: self.name(member) for member in self._above}
        return {member: name for member, name in names.items() if member != name}
