"""Which items may be scored when: search, validation and test, by hash of the item's content."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import groupby

from evomerge.errors import SplitError
from evomerge.ledger import Split
from evomerge.recipe import Splits
from evomerge.score.items.item import Item
from evomerge.score.items.units import ALONE, Units


def assign(
    items: Sequence[Item], sizes: Splits, at: str = "", units: Units = ALONE
) -> dict[Split, list[Item]]:
    """Divide a task's items among the splits; what hangs together stays together.

    With shares, a unit's place depends on its content alone: adding items moves none of the
    others. With counts, the units in the order of their hashes fill search, validation and test
    one after the other; where a group does not fit whole, the rest of it is left out. A question
    that stands in two tasks is in the same split in both where both have the same shares.

    Args:
        units: which items hang together.

    Raises:
        SplitError: a split comes out empty, or there are fewer items than the counts need.
    """
    task = items[0].task if items else "the task"
    wanted = {split: getattr(sizes, split.value) for split in Split}
    places = {item.id: _place(units.unit(item.id)) for item in items}
    if sizes.by_share:
        divided = _by_share(items, wanted, places)
    else:
        divided = _by_count(items, wanted, places, at)
    for split, size in wanted.items():
        if size and not divided[split]:
            groups = units.count([item.id for item in items])
            hang = f" in {groups} groups that hang together" if groups < len(items) else ""
            raise SplitError(f"{at}{task} has {len(items)} items{hang}: too few for any in {split}")
    return divided


def _by_share(
    items: Sequence[Item], shares: Mapping[Split, float], places: Mapping[str, float]
) -> dict[Split, list[Item]]:
    divided: dict[Split, list[Item]] = {split: [] for split in Split}
    for item in items:
        end = 0.0
        for split, share in shares.items():
            end += share
            if places[item.id] < end:
                divided[split].append(item)
                break
    return divided


def _by_count(
    items: Sequence[Item], counts: Mapping[Split, int], places: Mapping[str, float], at: str
) -> dict[Split, list[Item]]:
    rest = deque(
        sorted(group, key=lambda item: _place(item.id))
        for _, group in groupby(
            sorted(items, key=lambda item: places[item.id]), key=lambda item: places[item.id]
        )
    )
    divided: dict[Split, list[Item]] = {}
    for split, count in counts.items():
        chosen: set[str] = set()
        while rest and len(chosen) < count:
            chosen |= {item.id for item in rest.popleft()[: count - len(chosen)]}
        if len(chosen) < count:
            raise SplitError(_too_few(items, counts, at))
        divided[split] = [item for item in items if item.id in chosen]
    return divided


def _too_few(items: Sequence[Item], counts: Mapping[Split, int], at: str) -> str:
    needed, task = sum(counts.values()), items[0].task if items else "the task"
    stated = " + ".join(f"{count} {split}" for split, count in counts.items())
    if needed <= len(items):
        stated += ", and groups of items that hang together cannot be shared between splits"
    return f"{at}{task} has {len(items)} items, but the splits need {needed}: {stated}"


def _place(name: str) -> float:
    """A number in [0, 1) from the name of a unit, evenly spread."""
    digest = hashlib.sha256(b"split\0" + name.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
