"""Which reader a user's file of questions has, by how its name ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from evomerge.drafting.tables.delimited import read_delimited
from evomerge.drafting.tables.json_rows import read_json_rows
from evomerge.drafting.tables.parquet import read_parquet
from evomerge.drafting.tables.table import Table
from evomerge.errors import UserError

READERS: Mapping[str, Callable[[Path], Table]] = {
    ".csv": read_delimited,
    ".json": read_json_rows,
    ".jsonl": read_json_rows,
    ".ndjson": read_json_rows,
    ".parquet": read_parquet,
    ".tsv": read_delimited,
}


def read_table(path: Path) -> Table:
    """The rows of a user's file.

    Raises:
        UserError: no reader takes files of such a name, the file has no rows, or is not what its
            name says.
        RecipeError: it cannot be read.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UserError(
            f"--items {path}: files are read whose names end in {', '.join(READERS)}; save it as "
            "one of these, or name an lm-eval task (--task)"
        )
    table = reader(path)
    if not table.rows:
        raise UserError(f"{path}: has no rows")
    return table
