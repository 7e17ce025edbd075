"""A table of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShownTable:
    """Rows of texts under a heading."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
