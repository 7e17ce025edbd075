"""A table: columns of values of one kind, with one row after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Cell = bool | int | float | str | None
"""What stands in a row; None where nothing is known."""


@dataclass(frozen=True)
class Column:
    """One value of each row."""

    name: str
    kind: type
    """`bool`, `int`, `float` or `str`: of every value that is known."""
    values: tuple[Cell, ...]


@dataclass(frozen=True)
class DataTable:
    """Columns of one length.

    Raises:
        ValueError: two of them have one name, or another length.
    """

    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names) or len({len(c.values) for c in self.columns}) > 1:
            raise ValueError(f"columns of other names and of one length are needed: {names}")

    @property
    def names(self) -> list[str]:
        """What the columns are called."""
        return [column.name for column in self.columns]

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """One after the other."""
        return zip(*(column.values for column in self.columns), strict=True)


def column_of(name: str, values: Sequence[Any]) -> Column:
    """A column of values whose kinds are not known beforehand.

    Whole numbers among others are numbers like them. What is of several kinds is put as JSON text,
    so that no value is taken for another one.
    """
    known = [value for value in values if value is not None]
    for kind in (bool, int, str):
        if known and all(type(value) is kind for value in known):
            return Column(name, kind, tuple(values))
    if all(type(value) in (int, float) for value in known):
        return Column(name, float, tuple(None if v is None else float(v) for v in values))
    return Column(name, str, tuple(None if v is None else json.dumps(v) for v in values))
