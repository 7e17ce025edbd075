"""Questions that hang together, found without being declared.

Questions on one passage or one image, and instances of one template, are answered rightly or
wrongly together: for statistics they are one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evomerge.score.items.fields import images, passages
from evomerge.score.items.item import Item
from evomerge.score.wording.comparison.numbers import same_numbers_by_no_chance
from evomerge.score.wording.comparison.passages import shared_runs
from evomerge.score.wording.comparison.slots import instances, same_slots

Places = list[int]
"""Numbers of items in the list at hand."""


@dataclass(frozen=True)
class Kin:
    """Two or more questions that hang together."""

    why: str
    """`passage`, `image` or `slots`."""
    items: tuple[Item, ...]
    """Ordered by task and id."""


def kin(items: Sequence[Item], docs: Sequence[Mapping[str, Any]]) -> list[Kin]:
    """Find the questions that hang together.

    - `passage`: the same long text in a field, or a long run of words in common. What more than
      half of a task's items share is taken for an instruction.
    - `image`: the same image, unless more than half of a task's items show it.
    - `slots`: the same words and numbers in another order; the same numbers in another wording,
      where chance does not explain it; and instances of one template, in a task that has many.

    Args:
        items: of one or several tasks.
        docs: the document of each item, as its task has it.

    Returns:
        Sets of two or more. Those of one `why` have no item in common; one that lies within a
        set found before it is left out. Neither sets nor their order depend on the items' order.

    Raises:
        ValueError: there is not one document for each item.
    """
    if len(items) != len(docs):
        raise ValueError(f"{len(items)} items need as many documents, not {len(docs)}")
    order = sorted(range(len(items)), key=lambda place: items[place].key)
    items, docs = [items[place] for place in order], [docs[place] for place in order]
    found: list[Kin] = []
    for why, finder in _FINDERS.items():
        for places in _joined(len(items), finder(items, docs)):
            together = {id(items[place]) for place in places}
            if not any(together <= {id(item) for item in other.items} for other in found):
                found.append(Kin(why, tuple(items[place] for place in places)))
    return found


def _by_passage(items: Sequence[Item], docs: Sequence[Mapping[str, Any]]) -> Iterable[Places]:
    tasks = [item.task for item in items]
    yield from _sharing([passages(doc) for doc in docs], tasks)
    yield from shared_runs([item.text for item in items], tasks)


def _by_image(items: Sequence[Item], docs: Sequence[Mapping[str, Any]]) -> Iterable[Places]:
    tasks = [item.task for item in items]
    yield from _sharing([images(doc, task) for doc, task in zip(docs, tasks, strict=True)], tasks)


def _by_slots(items: Sequence[Item], docs: Sequence[Mapping[str, Any]]) -> Iterable[Places]:
    questions = {place: item.question for place, item in enumerate(items) if item.question}
    tasks: defaultdict[str, Places] = defaultdict(list)
    for place in questions:
        tasks[items[place].task].append(place)
    everything = list(questions)
    for found in same_slots([questions[place] for place in everything]):
        yield [everything[number] for number in found]
    for places in tasks.values():
        asked = [questions[place] for place in places]
        for found in (*same_numbers_by_no_chance(asked), *instances(asked)):
            yield [places[number] for number in found]


def _sharing(shown: Sequence[set[str]], tasks: Sequence[str]) -> Iterable[Places]:
    """The items that show the same, but for those of a task most of whose items do."""
    sizes = Counter(tasks)
    found: defaultdict[str, Places] = defaultdict(list)
    for place, names in enumerate(shown):
        for name in names:
            found[name].append(place)
    for places in found.values():
        shares = Counter(tasks[place] for place in places)
        yield [place for place in places if 2 * shares[tasks[place]] <= sizes[tasks[place]]]


def _joined(size: int, sets: Iterable[Places]) -> list[Places]:
    """Sets that have no place in common: those given that have one are joined."""
    root = list(range(size))

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = place = root[root[place]]
        return place

    for places in sets:
        for one, other in pairwise(places):
            first, second = sorted((find(one), find(other)))
            root[second] = first
    together: defaultdict[int, Places] = defaultdict(list)
    for place in range(size):
        together[find(place)].append(place)
    return [places for places in together.values() if len(places) > 1]


_FINDERS: Mapping[
    str, Callable[[Sequence[Item], Sequence[Mapping[str, Any]]], Iterable[Places]]
] = {"passage": _by_passage, "image": _by_image, "slots": _by_slots}
