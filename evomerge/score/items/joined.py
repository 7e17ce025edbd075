"""What counts as one in two runs: what hangs together in either of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from evomerge.score.items.units import Units


def joined(one: Units, other: Units, items: Iterable[str]) -> Units:
    """The units of some items over two runs, of which each may have found what the other has not.

    It does not matter which of the two is named first, nor what each of them calls its groups.
    """
    items = sorted({*items})
    questions = _first_of_each(items, (one.question, other.question))
    groups = _first_of_each(items, (one.unit, other.unit, questions.__getitem__))
    return Units(questions, groups)


def _first_of_each(items: Sequence[str], namings: Sequence[Callable[[str], str]]) -> dict[str, str]:
    """For each item the first one of those that it is one with, directly or through others.

    Args:
        namings: two items are one where one of these gives them one name.
    """
    root = {item: item for item in items}

    def find(item: str) -> str:
        while root[item] != item:
            root[item] = item = root[root[item]]
        return item

    for naming in namings:
        seen: dict[str, str] = {}
        for item in items:
            first, second = sorted((find(item), find(seen.setdefault(naming(item), item))))
            root[second] = first
    return {item: find(item) for item in items}
