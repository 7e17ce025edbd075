"""The items of a recipe's tasks divided into splits, so that no split gives another away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from evomerge.errors import SplitError
from evomerge.ledger import SEEN, Split
from evomerge.recipe import Recipe
from evomerge.score.items.item import Item
from evomerge.score.items.splits import assign
from evomerge.score.items.units import Units

Divided = dict[Split, list[Item]]
"""The items of one task by their splits."""


def divided(recipe: Recipe, number: int, items: Sequence[Item], units: Units) -> Divided:
    """The items of one of a recipe's tasks in their splits.

    Args:
        number: of the task, among all that are scored.

    Raises:
        SplitError: there are too few, or a floor has no test items that show it.
    """
    assert recipe.evolve is not None
    place, settings = recipe.evolve.terms[number]
    divided = assign(items, recipe.evolve.splits_of(settings), recipe.at(*place), units)
    if settings.floor is not None and not divided[Split.TEST]:
        raise SplitError(
            f"{recipe.at(*place, 'floor')}floor: {settings.subject} has no test items, so nothing "
            "would show that it is kept; give it some in splits"
        )
    return divided


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
