"""Which of its choices a question's answer names: by its text, a letter, or a number."""

from __future__ import annotations

import string
from collections.abc import Sequence

from evomerge.drafting.tables.table import Table
from evomerge.errors import UserError

Choices = Sequence[tuple[str, ...]]


def indices_of(table: Table, column: str, choices: Choices) -> list[int]:
    """The index of each row's right choice, counted from 0.

    All rows are read in one way: as a choice's text, as a letter (A is the first), or as a number
    that counts from 0 or from 1. Texts that are choices mean these, whatever they look like.

    Raises:
        UserError: no way fits all rows, or two ways do and say different things.
    """
    labels = table.texts(column)
    ways = (_by_text, _by_letter, _from_0, _from_1)
    tried = [
        [way(label, texts) for label, texts in zip(labels, choices, strict=True)] for way in ways
    ]
    fitting = [found for found in tried if not _unfit(found, choices)]
    if not fitting:
        closest = min(tried, key=lambda found: len(_unfit(found, choices)))
        odd = _unfit(closest, choices)
        raise table.wrong(
            odd,
            f"{labels[odd[0]]!r:.60} under {column!r} names no choice of {len(choices[odd[0]])}",
            "write the right choice's text, its letter (A is the first), or its number from 0",
        )
    are_texts = fitting[0] == tried[0] and all(isinstance(row[column], str) for row in table.rows)
    if not are_texts and any(found != fitting[0] for found in fitting):
        raise UserError(
            f"{table.file}: {column!r} may count the choices from 0 or from 1, or be one of them; "
            "write the right choice's text, or its letter"
        )
    return fitting[0]


def _unfit(found: Sequence[int], choices: Choices) -> list[int]:
    """The rows in which an index is none of the choices'."""
    pairs = enumerate(zip(found, choices, strict=True))
    return [row for row, (index, texts) in pairs if not 0 <= index < len(texts)]


def _by_text(label: str, texts: tuple[str, ...]) -> int:
    return texts.index(label) if label in texts else -1


def _by_letter(label: str, texts: tuple[str, ...]) -> int:
    letter = label.strip().upper()
    return string.ascii_uppercase.index(letter) if letter in {*string.ascii_uppercase} else -1


def _from_0(label: str, texts: tuple[str, ...]) -> int:
    plain = label.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 4 else -1


def _from_1(label: str, texts: tuple[str, ...]) -> int:
    return _from_0(label, texts) - 1
