"""The records that stand in the pages of a damaged ledger, whatever has become of its tree.

SQLite finds a row by way of pages that say where others are, and reads its log up to the first page
in it that is damaged. Here every page is read by itself, as https://www.sqlite.org/fileformat2.html
describes it, and what looks like a record and has the right checksum is one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evomerge.ledger.row import Row

_LEAF = 13
"""The first byte of a page that holds rows of a table."""
_HEADER, _FIRST_HEADER = 8, 100
"""Bytes before the first cell's place on such a page, and before all of it on the first page."""
_COLUMNS = 6
"""Of the table of records."""
_SMALLEST, _LARGEST = 512, 65536
"""Bytes of a page, by SQLite's file format."""
_DEFAULT = 4096
"""What SQLite makes where nobody asks for another: taken where the file's first page is damaged."""
_LOG_HEADER, _FRAME_HEADER = 32, 24
"""Bytes before the first page in the log, and before each."""
LOG = "-wal"
"""What SQLite adds to the name of the file in which the last records may stand."""
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of an integer by its serial type."""


def rows_in(path: Path) -> Iterator[Row]:
    """All whole records that stand anywhere in the file, some of them perhaps twice."""
    data = path.read_bytes()
    size = _page_size(data)

    def page(number: int) -> bytes:
        return data[(number - 1) * size : number * size]

    for number in range(1, len(data) // size + 1):
        yield from _rows_on(number, page)


def rows_in_log(path: Path, since: int = 0) -> Iterator[Row]:
    """All whole records of transactions that were ended in a file's log, whether or not SQLite gets
    as far; some of them perhaps several times.

    Args:
        since: those after this number alone.
    """
    try:
        frames = path.with_name(path.name + LOG).read_bytes()[_LOG_HEADER:]
    except FileNotFoundError:  # perhaps just now: its writer has ended
        return
    data = path.read_bytes()
    size = _page_size(data)
    newer: dict[int, bytes] = {}

    def page(number: int) -> bytes:
        return newer.get(number) or data[(number - 1) * size : number * size]

    written: list[int] = []
    for at in range(0, len(frames) - size - _FRAME_HEADER + 1, size + _FRAME_HEADER):
        number, pages = struct.unpack_from(">II", frames, at)
        newer[number] = frames[at + _FRAME_HEADER : at + _FRAME_HEADER + size]
        written.append(number)
        if pages:  # the last of a transaction says how many pages the file has after it
            for each in written:
                yield from _rows_on(each, page, since)
            written.clear()


def _page_size(data: bytes) -> int:
    size = int.from_bytes(data[16:18], "big")
    size = _LARGEST if size == 1 else size
    return size if size & (size - 1) == 0 and size >= _SMALLEST else _DEFAULT


def _rows_on(number: int, page: Callable[[int], bytes], since: int = 0) -> Iterator[Row]:
    data = page(number)
    head = _FIRST_HEADER if number == 1 else 0
    if not data or data[head] != _LEAF:
        return
    count = int.from_bytes(data[head + 3 : head + 5], "big")
    for place in range(min(count, len(data) // 2)):
        at = head + _HEADER + 2 * place
        try:
            row = _row(data, int.from_bytes(data[at : at + 2], "big"), page, since)
        except (IndexError, ValueError, TypeError, KeyError, struct.error):
            continue
        if row is not None:
            yield row


def _row(data: bytes, cell: int, page: Callable[[int], bytes], since: int) -> Row | None:
    length, at = _varint(data, cell)
    number, at = _varint(data, at)
    if number <= since:
        return None
    payload = _payload(data, at, length, page)
    header, at = _varint(payload, 0)
    types = []
    while at < header:
        kind, at = _varint(payload, at)
        types.append(kind)
    if len(types) != _COLUMNS:
        return None
    columns: list[Any] = []
    at = header
    for kind in types:
        value, at = _column(payload, kind, at)
        columns.append(value)
    # The first column is the number, and stored as none; SQLite stores floats without a fraction as
    # integers where a column is REAL.
    _, time, active_s, *rest = columns
    return Row.of([number, float(time), float(active_s), *rest])


def _payload(data: bytes, at: int, length: int, page: Callable[[int], bytes]) -> bytes:
    """A cell's content, of which the page holds all or a beginning, and further pages the rest."""
    size = len(data)
    most, least = size - 35, (size - 12) * 32 // 255 - 23
    local = length
    if length > most:
        fitting = least + (length - least) % (size - 4)
        local = fitting if fitting <= most else least
    if at + local > size:
        raise ValueError("a cell that is larger than its page")
    parts, left, link = [data[at : at + local]], length - local, data[at + local : at + local + 4]
    while left:
        following = page(int.from_bytes(link, "big"))
        if len(following) != size:
            raise ValueError("a page that is not there")
        taken = min(left, size - 4)
        parts.append(following[4 : 4 + taken])
        left, link = left - taken, following[:4]
    return b"".join(parts)


def _column(payload: bytes, kind: int, at: int) -> tuple[Any, int]:
    """A value of a serial type, and where the next one stands."""
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], at
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], at + 8
    if kind in _INTEGERS:
        length = _INTEGERS[kind]
        return int.from_bytes(payload[at : at + length], "big", signed=True), at + length
    length = (kind - 12) // 2
    content = payload[at : at + length]
    if kind < 12 or len(content) < length:
        raise ValueError("a column that is cut off")
    return (content.decode() if kind % 2 else content), at + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """An integer of up to nine bytes, and where the next value stands."""
    value = 0
    for count in range(8):
        byte = data[at + count]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    return value << 8 | data[at + 8], at + 9
