"""Chance that is counted: 64 bits for each thing that needs some."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def counted(*parts: str | int) -> int:
    """64 bits that follow from what they are for, as an unsigned number."""
    named = json.dumps(parts).encode()
    return int.from_bytes(hashlib.blake2b(named, digest_size=8).digest(), "little")


def counted_share(*parts: str | int) -> float:
    """A number in [0, 1) that follows from what it is for."""
    return (counted(*parts) >> 11) / 2**53


def shuffled(ids: Iterable[str], *parts: str | int) -> list[str]:
    """Ids, each once, in an order that follows from them and from what it is for."""
    return sorted({*ids}, key=lambda one: (counted(*parts, one), one))
