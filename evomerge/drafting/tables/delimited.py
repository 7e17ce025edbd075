"""Tables of comma- or tab-separated values, in which everything is a text and stays one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from evomerge.drafting.tables.table import Table
from evomerge.errors import UserError
from evomerge.reading.file_kind import DATA
from evomerge.reading.regular import read_bytes


def read_delimited(path: Path) -> Table:
    """The rows of a CSV or TSV file, its first line being the columns' names.

    Fields are parted by tabs in a file whose name ends in `.tsv`, else by commas, or by semicolons
    where the first line has no comma, as spreadsheets write them where the comma is a decimal sign.

    Raises:
        UserError: it is not UTF-8, a quote is not closed, or a row has other fields than the first.
        RecipeError: it cannot be read.
    """
    try:
        text = read_bytes(path, DATA).decode("utf-8-sig")  # spreadsheets put a mark before it
    except UnicodeDecodeError:
        raise UserError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    first = text.partition("\n")[0]
    by = (
        "\t" if path.suffix.lower() == ".tsv" else ";" if ";" in first and "," not in first else ","
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=by, strict=True)
    try:
        lines = [(reader.line_num, line) for line in reader if line]
    except csv.Error as error:
        raise UserError(f"{path}:{reader.line_num}: {error}; is a quote not closed?") from None
    if not lines:
        raise UserError(f"{path}: is empty; its first line names its columns")
    (_, names), *rows = lines
    columns = tuple(name.strip() for name in names)
    if len({*columns}) < len(columns) or "" in columns:
        raise UserError(f"{path}:1: two columns have one name, or one has none; name them apart")
    for number, row in rows:
        if len(row) != len(columns):
            raise UserError(
                f"{path}:{number}: has {len(row)} fields and the first line {len(columns)}; put "
                f'quotes around a field in which a {by!r} or a " stands'
            )
    return Table(path, columns, [dict(zip(columns, row, strict=True)) for _, row in rows])
