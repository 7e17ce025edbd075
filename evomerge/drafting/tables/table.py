"""A table of what a user's file holds, whatever its format: rows of values under named columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.errors import UserError

SHOWN = 3
"""Rows that are named where several are wrong."""


@dataclass(frozen=True)
class Table:
    """The rows of a file."""

    file: Path
    columns: tuple[str, ...]
    """In the order in which the file has them."""
    rows: Sequence[Mapping[str, Any]]
    """By column what JSON can hold; a column that a row lacks is None there or is not there."""

    def wrong(self, rows: Sequence[int], what: str, cure: str) -> UserError:
        """An error that names rows.

        Args:
            rows: their indices, at least one.
            what: is wrong with each of them.
            cure: what to do.
        """
        named = ", ".join(str(index + 1) for index in rows[:SHOWN])
        more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
        rows_named = f"row{'s' * (len(rows) > 1)} {named}{more}"
        return UserError(f"{self.file}: {rows_named}: {what}; {cure}")

    def texts(self, column: str) -> list[str]:
        """A column's values as texts, each exactly as the file has it.

        Raises:
            UserError: some are absent or blank, or no text and no number that is written in one way
                only.
        """
        values = [row.get(column) for row in self.rows]
        if blank := [i for i, value in enumerate(values) if is_blank(value)]:
            raise self.wrong(
                blank, f"nothing stands under {column!r}", "fill it in, or remove the rows"
            )
        texts = [as_text(value) for value in values]
        if odd := [i for i, text in enumerate(texts) if text is None]:
            raise self.wrong(
                odd,
                f"{values[odd[0]]!r:.60} under {column!r} is no text",
                "write all of the column as texts (of a number: as it is to be read)",
            )
        return [text for text in texts if text is not None]


def is_blank(value: Any) -> bool:
    """Whether a value is as good as absent: none, NaN, white space, or an empty list."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or (isinstance(value, float) and math.isnan(value))


def as_text(value: Any) -> str | None:
    """A text as it is, and a number that is written in one way only; None for all else.

    85.0 and 1e5 are written in several ways, of which the file's is no longer known.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value) and not value.is_integer():
        text = repr(value)
        return None if "e" in text else text
    return None
