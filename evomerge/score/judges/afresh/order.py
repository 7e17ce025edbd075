"""The order in which answers are judged a second time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def reordered(keys: Sequence[tuple[str, str]]) -> list[int]:
    """The positions of items in an order that is other than theirs, and always the same.

    Items are sorted by a hash of their keys. Two of them or more never come as they stand.

    Args:
        keys: each item's task and id.
    """

    def drawn(position: int) -> bytes:
        return hashlib.sha256(repr(("judged again", keys[position])).encode()).digest()

    order = sorted(range(len(keys)), key=drawn)
    return order[::-1] if order == list(range(len(keys))) else order
