"""In what two runs differ, in words: which keys of a recipe, which items of a task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SHOWN = 3
"""How many of the differences are told."""
HASH = 12
"""Characters of a hash that are shown."""

ListedItem = tuple[str, str, int, str, str]
"""Task, item id, document id, split and prompt hash, as a ledger begins with them."""


def changed(before: str, now: str) -> str:
    """Two hashes, shown."""
    return f"{before[:HASH]} and is {now[:HASH]}"


def changed_keys(before: Any, now: Any) -> str:
    """The keys of a recipe that have other values, with both; "" where none has."""
    found = [*_changes(before, now, "")]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "; ".join(found[:SHOWN]) + more


def _changes(before: Any, now: Any, where: str) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*before, *now]):
            yield from _changes(before.get(key), now.get(key), f"{where}.{key}" if where else key)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _changes(one, other, f"{where}.{number}")
    elif before != now:
        yield f"{where} was {_shown(before)} and is {_shown(now)}"


def _shown(value: Any) -> str:
    text = "absent" if value is None else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def changed_items(before: Sequence[ListedItem], now: Sequence[ListedItem]) -> str:
    """How many items of which task are gone, new, in another split, or asked otherwise; with a
    document of each; "" where none is.
    """
    known, here = ({(i[0], i[1]): i for i in items} for items in (before, now))
    both = [(known[key], here[key]) for key in known if key in here]
    kinds = {
        "gone": [known[key] for key in known if key not in here],
        "new": [here[key] for key in here if key not in known],
        "in another split": [new for old, new in both if old[3] != new[3]],
        "asked otherwise": [new for old, new in both if old[4] != new[4]],
    }
    told = []
    for what, items in kinds.items():
        for task, count in Counter(item[0] for item in items).items():
            first = next(item[2] for item in items if item[0] == task)
            told.append(f"{task}: {count} {what}, such as document {first}")
    return "; ".join(told)
