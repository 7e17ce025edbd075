"""Elites of earlier cycles that a merge is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evomerge.recipe import recipe_from

NAMED = 16
"""Characters of its digest by which an elite is named in the run folder."""

Made = Mapping[str, Any]
"""A recipe without genes, as JSON values."""


def elites_behind(made: Made, known: Mapping[str, Made]) -> dict[str, Made]:
    """The elites that a merge is made of, itself or over other elites.

    Args:
        made: its recipe.
        known: recipes of candidates that may have become parents, by digest.

    Returns:
        Their recipes by the names that they have as parents, each behind those that it is made of.
    """
    short = {digest[:NAMED]: recipe for digest, recipe in known.items()}
    found: dict[str, Made] = {}
    _gather(made, short, found)
    return found


def _gather(made: Made, short: Mapping[str, Made], found: dict[str, Made]) -> None:
    for name in _parents(made):
        elite = short.get(Path(name).name)
        if elite is not None and name not in found:
            _gather(elite, short, found)
            found[name] = elite


def _parents(made: Made) -> Iterator[str]:
    if made:
        yield from recipe_from(dict(made)).parent_names
