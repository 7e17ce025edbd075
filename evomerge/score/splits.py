"""Which items may be scored when: search, validation and test, by hash of the item's content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from evomerge.errors import SplitError
from evomerge.recipe import Splits
from evomerge.score.item import Item


class Split(StrEnum):
    """What items serve for."""

    SEARCH = "search"
    VALIDATION = "validation"
    TEST = "test"


SEEN = (Split.SEARCH, Split.VALIDATION)
"""What a run scores before it has a winner."""


def assign(items: Sequence[Item], sizes: Splits, at: str = "") -> dict[Split, list[Item]]:
    """Divide a task's items among the splits.

    With shares, an item's place depends on its content alone: adding items moves none of the
    others. With counts, the items in the order of their hashes fill search, validation and test
    one after the other. A question that stands in two tasks is in the same split in both where
    both have the same shares.

    Raises:
        SplitError: a split comes out empty, or there are fewer items than the counts need.
    """
    task = items[0].task if items else "the task"
    wanted = {split: getattr(sizes, split.value) for split in Split}
    divided = _by_share(items, wanted) if sizes.by_share else _by_count(items, wanted, at)
    for split, size in wanted.items():
        if size and not divided[split]:
            raise SplitError(f"{at}{task} has {len(items)} items: too few for any in {split}")
    return divided


def _by_share(items: Sequence[Item], shares: dict[Split, float]) -> dict[Split, list[Item]]:
    divided: dict[Split, list[Item]] = {split: [] for split in Split}
    for item in items:
        at, end = _place(item), 0.0
        for split, share in shares.items():
            end += share
            if at < end:
                divided[split].append(item)
                break
    return divided


def _by_count(items: Sequence[Item], counts: dict[Split, int], at: str) -> dict[Split, list[Item]]:
    needed = sum(counts.values())
    if needed > len(items):
        task = items[0].task if items else "the task"
        raise SplitError(
            f"{at}{task} has {len(items)} items, but the splits need {needed}: "
            + " + ".join(f"{count} {split}" for split, count in counts.items())
        )
    ordered = sorted(items, key=_place)
    divided: dict[Split, list[Item]] = {}
    begin = 0
    for split, count in counts.items():
        chosen = {item.id for item in ordered[begin : begin + count]}
        divided[split] = [item for item in items if item.id in chosen]
        begin += count
    return divided


def _place(item: Item) -> float:
    """A number in [0, 1) from the item's content, evenly spread."""
    digest = hashlib.sha256(b"split\0" + item.id.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
