"""Tables as files: CSV, JSON lines or Parquet, as the file's name ends."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import pyarrow
from pyarrow import parquet

from evomerge.errors import UserError
from evomerge.new_file import check_new_file, new_file
from evomerge.report.tables.table import Cell, DataTable

FORMULA = (*"=+-@＝＋－＠", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet takes for a formula and carries out."""

TEXT_MARK = "'"
"""Put before such a text in CSV: a spreadsheet shows what stands behind it, as text."""

_ARROW: Mapping[type, pyarrow.DataType] = {
    bool: pyarrow.bool_(),
    int: pyarrow.int64(),
    float: pyarrow.float64(),
    str: pyarrow.string(),
}


def check_table_file(path: Path, option: str) -> None:
    """Check, before a run is read, that a table can be written to a file.

    Args:
        option: what the user named the file by.

    Raises:
        UserError: its name says no format, it exists, or it cannot be made.
    """
    if path.suffix.lower() not in _WRITERS:
        *others, last = _WRITERS
        raise UserError(f"{option} {path}: name a file that ends in {', '.join(others)} or {last}")
    check_new_file(path, option)


def write_table(table: DataTable, path: Path) -> None:
    """Write a table, whole or not at all.

    Numbers read back as they were, to the last bit. A text of which half a character is missing has
    an escape in its place.

    Raises:
        OSError: it cannot be written.
    """
    with new_file(path) as file:
        _WRITERS[path.suffix.lower()](table, file)


def _write_csv(table: DataTable, file: BinaryIO) -> None:
    """UTF-8 with a head; a cell is empty where nothing is known."""
    text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_no_formula, table.names))
    writer.writerows(map(_no_formula, row) for row in table.rows())
    text.flush()
    text.detach()


def _no_formula(cell: Cell) -> Cell:
    """Numbers stay numbers: a minus before one is no formula."""
    return TEXT_MARK + cell if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _write_json_lines(table: DataTable, file: BinaryIO) -> None:
    """A line of ASCII for each row, so that no terminal obeys what stands in it."""
    for row in table.rows():
        file.write(f"{json.dumps(dict(zip(table.names, row, strict=True)))}\n".encode())


def _write_parquet(table: DataTable, file: BinaryIO) -> None:
    arrays = [
        pyarrow.array(map(_encodable, column.values), _ARROW[column.kind])
        for column in table.columns
    ]
    parquet.write_table(pyarrow.table(arrays, names=[*map(_encodable, table.names)]), file)


def _encodable(cell: Cell) -> Cell:
    return cell.encode("utf-8", "backslashreplace").decode() if isinstance(cell, str) else cell


_WRITERS: Mapping[str, Callable[[DataTable, BinaryIO], None]] = {
    ".csv": _write_csv,
    ".jsonl": _write_json_lines,
    ".parquet": _write_parquet,
}
"""By the end of a file's name."""
