"""What a field of a data set holds, as far as it is known, and values of that kind."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

LETTERS = "ABCD"
WIDTH = 4
"""Entries of a list: as many as most choices are."""

WORDS = "river stone lamp orchard violin harbour copper meadow falcon winter button salt".split()

TEXTUAL = ("text", "number", "letter", "json", "bool")
"""Kinds of a field without parts."""


@dataclass
class Shape:
    """One field: its kind, and its parts where it has any."""

    kind: str = ""
    """One of TEXTUAL, or `index`, `list`, `dict`; "" where nothing is known."""
    parts: dict[str, Shape] = field(default_factory=dict)
    each: Shape | None = None
    options: list[Any] = field(default_factory=list)
    """Values that the task knows."""

    def part(self, name: str) -> Shape:
        """A part by its name; this is a mapping then."""
        self.kind = self.kind if self.kind == "list" else "dict"
        if self.kind == "list":
            return self.entry().part(name)
        return self.parts.setdefault(name, Shape())

    def entry(self) -> Shape:
        """An entry of it; this is a list then."""
        if self.kind != "dict":
            self.kind = "list"
        self.each = self.each or Shape()
        return self.each

    def hint(self, kind: str) -> None:
        """Take a kind for what it is, unless more is known."""
        if self.kind in ("", "text"):
            self.kind = kind

    def value(self, name: str, row: int, place: int = 0) -> Any:
        """A value of it, another one in each row."""
        if self.options and self.kind not in ("list", "dict"):
            return self.options[(row + place) % len(self.options)]
        match self.kind:
            case "dict":
                return {key: part.value(key, row, place) for key, part in self.parts.items()}
            case "list":
                each = self.each or Shape()
                return [each.value(name, row, n) for n in range(WIDTH)]
            case "number":
                return str(17 * row + place + 3)
            case "index":
                return (row + place) % 2
            case "letter":
                return LETTERS[place if self.kind == "letter" and place else row % WIDTH]
            case "bool":
                return bool((row + place) % 2)
            case "json":
                return json.dumps([f"{name} {row} {WORDS[(row + n) % 12]}" for n in range(WIDTH)])
        words = (WORDS[(5 * row + 3 * place + n) % len(WORDS)] for n in range(3))
        return f"{name} {row} {place}: {' '.join(words)}"


def rows_of(columns: dict[str, Shape], count: int, first: int) -> list[dict[str, Any]]:
    """Rows with a value in each column.

    Args:
        first: the number of the first one; rows of other numbers are other ones.
    """
    return [
        {name: shape.value(name, row) for name, shape in columns.items()}
        for row in range(first, first + count)
    ]
