"""Groups of items that hang together without being declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.score.item import Item


@dataclass(frozen=True)
class Kin:
    """Items that hang together, and why."""

    why: str
    items: tuple[Item, ...]


def kin(items: Sequence[Item], docs: Sequence[Mapping[str, Any]]) -> list[Kin]:
    """The groups among items. None are found yet."""
    del items, docs
    return []
