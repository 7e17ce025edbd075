"""Chance that is counted, not drawn: the n-th number is a hash of what it is for, and of n."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

BITS = 53
"""Of a share: as many as a float holds."""


class Chance:
    """Numbers for one purpose, one after the other.

    Args:
        what: names the purpose; the same names give the same numbers.
    """

    def __init__(self, *what: int | str) -> None:
        self._what, self._count = repr(what), 0

    def share(self) -> float:
        """A number from 0 to less than 1."""
        text = f"{self._what}\0{self._count}".encode()
        self._count += 1
        word = int.from_bytes(hashlib.sha256(text).digest()[:8], "little")
        return float((word >> (64 - BITS)) / (1 << BITS))

    def below(self, count: int) -> int:
        """A whole number from 0 to less than `count`."""
        return int(self.share() * count)

    def pick(self, values: Sequence[T]) -> T:
        """One of some values."""
        return values[self.below(len(values))]
