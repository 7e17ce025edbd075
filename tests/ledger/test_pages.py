import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger.database import Database
from evomerge.ledger.pages import _varint, rows_in
from evomerge.ledger.row import Row

PAGES = [512, 4096, 65536]


def varint(value):
    """As SQLite writes it: seven bits a byte, the first ones first; the ninth byte has eight."""
    if value >= 1 << 56:
        head, last = value >> 8, [value & 0xFF]
        return bytes([0x80 | head >> 7 * n & 0x7F for n in range(7, -1, -1)] + last)
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.insert(0, 0x80 | value & 0x7F)
    return bytes(parts)


@given(st.integers(0, 2**64 - 1), st.binary(max_size=3))
def test_integers_are_those_of_the_file_format(value, before):
    data = before + varint(value) + b"\x00"
    assert _varint(data, len(before)) == (value, len(data) - 1)


@pytest.mark.parametrize("page", PAGES)
def test_every_record_is_found_page_by_page(tmp_path, page):
    """Records of no bytes, of some, and larger than a page."""
    path = tmp_path / "file.sqlite"
    empty = sqlite3.connect(path)
    empty.execute(f"PRAGMA page_size = {page}")
    empty.execute("VACUUM")
    empty.close()
    sizes = [0, 1, 100, page - 40, page, 3 * page, 7]
    rows = [
        Row(2**n, n / 3, -1.0 * n, f"k{n}", bytes([n]) * size) for n, size in enumerate(sizes, 1)
    ]
    database = Database(path, writes=True)
    database.append(rows)
    database.close()
    assert {*rows_in(path)} == {*rows}


def test_records_are_found_whatever_has_become_of_the_first_page(tmp_path):
    path = tmp_path / "file.sqlite"
    database = Database(path, writes=True)
    rows = [Row(n, 0.0, 0.0, "kind", bytes(50)) for n in range(1, 200)]
    database.append(rows)
    database.close()
    data = path.read_bytes()
    path.write_bytes(bytes(4096) + data[4096:])
    assert {*rows_in(path)} == {*rows}
