"""Tables of Parquet, read in a process of its own: a small file can unfold to a large one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evomerge.confined import Confined
from evomerge.drafting.tables.table import Table
from evomerge.errors import RecipeError, UserError
from evomerge.reading.file_kind import DATA
from evomerge.reading.regular import opened
from evomerge.score.library.data_files import MEMORY, MOST_COLUMNS, SECONDS


def read_parquet(path: Path) -> Table:
    """The rows of a Parquet file.

    Of columns of other values than texts, numbers, lists and structs (dates, images, decimals)
    nothing is read.

    Raises:
        UserError: it is no Parquet file.
        RecipeError: it cannot be read, or takes too much time or memory.
    """
    with opened(path, DATA):
        reading = Confined(_rows, seconds=SECONDS, memory=MEMORY)
    try:
        columns, rows = reading(str(path))
    except RecipeError as error:
        raise RecipeError(
            f"{path}: to read it {error}; take fewer rows or columns, or save it as JSON lines"
        ) from None
    except RuntimeError as error:
        raise UserError(f"{path}: cannot be read as Parquet ({error})") from None
    return Table(path, tuple(columns), rows)


def _rows(path: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns, and rows by column. Runs in its own process."""
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(path)
    if len(file.schema_arrow) > MOST_COLUMNS:
        raise ValueError(f"has more than {MOST_COLUMNS} columns")
    names = [field.name for field in file.schema_arrow if _is_plain(field.type)]
    return names, file.read(names, use_threads=False).to_pylist()


def _is_plain(kind: Any) -> bool:
    """Whether JSON can hold the values of a type of Arrow's."""
    from pyarrow import types

    if types.is_struct(kind):
        return all(_is_plain(field.type) for field in kind)
    if types.is_list(kind) or types.is_large_list(kind):
        return _is_plain(kind.value_type)
    texts = types.is_string(kind) or types.is_large_string(kind)
    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    numbers = types.is_integer(kind) or types.is_floating(kind)
    return bool(texts or numbers or types.is_boolean(kind) or types.is_null(kind))
