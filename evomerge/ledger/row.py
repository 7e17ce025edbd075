"""A record as it is stored, with a checksum over all of it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple


class Row(NamedTuple):
    """A record as it is stored; a tuple, as a run that is resumed reads hundreds of thousands."""

    number: int
    time: float
    active_s: float
    kind: str
    data: bytes

    @property
    def checksum(self) -> int:
        """Over all of it: CRC-32, which finds every change of up to 32 bits in a row."""
        head = repr(self[:-1])
        return zlib.crc32(self.data, zlib.crc32(head.encode()))

    @classmethod
    def of(cls, stored: Sequence[Any]) -> Row | None:
        """The row that a file holds, in its columns' order; None where it is damaged."""
        *columns, checksum = stored
        row = cls(*columns)
        try:
            return row if row.checksum == checksum else None
        except (TypeError, ValueError):  # a flipped bit may change a column's type
            return None
