"""Items divided into splits: none of a task gives away a sealed one of another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from evomerge.ledger import SEEN, Split
from evomerge.score.items.item import Item
from evomerge.score.items.units import Units

Divided = dict[Split, list[Item]]
"""The items of one task by their splits."""


def take_strays_out(divided: Sequence[Divided], units: Units) -> list[int]:
    """Take out search and validation items that hang together with another term's test items.

    Those that are the same document stay, to be refused with what to do about it.

    Returns:
        How many were taken from each term.
    """
    strays = [0] * len(divided)
    for sealed, other in permutations(range(len(divided)), 2):
        ids = {item.id for item in divided[sealed][Split.TEST]}
        names = {units.unit(item) for item in ids}
        for split in SEEN:
            before = divided[other][split]
            kept = [i for i in before if i.id in ids or units.unit(i.id) not in names]
            divided[other][split] = kept
            strays[other] += len(before) - len(kept)
    return strays
