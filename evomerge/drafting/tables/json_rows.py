"""Tables of JSON: an object a line, or a list of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evomerge.drafting.tables.table import Table
from evomerge.errors import UserError
from evomerge.reading.file_kind import DATA
from evomerge.reading.json_text import parse_json
from evomerge.reading.regular import read_lines


def read_json_rows(path: Path) -> Table:
    """The objects of a file of JSON lines, or of one JSON list.

    Raises:
        UserError: it holds something else.
        RecipeError: it cannot be read, or is not JSON.
    """
    lines = read_lines(path, DATA)
    if lines and lines[0].startswith("\ufeff"):
        lines[0] = lines[0][1:]
    text = "\n".join(lines)
    if text.lstrip().startswith("["):
        objects = parse_json(text, str(path), DATA)
        numbers = range(1, len(objects) + 1)
    else:
        numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
        objects = [parse_json(line, str(path), DATA, number) for number, line in numbered]
        numbers = [number for number, _ in numbered]  # type: ignore[assignment]
    for number, one in zip(numbers, objects, strict=True):
        if not isinstance(one, dict):
            raise UserError(
                f"{path}: line or entry {number} is no object of names and values; write a list of "
                'objects such as {"question": …, "answer": …}, or one of them a line'
            )
    return Table(path, columns_of(objects), objects)


def columns_of(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """Every name that a row has, in the order of their first appearance."""
    return tuple(dict.fromkeys(name for row in rows for name in row))
