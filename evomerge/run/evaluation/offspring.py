"""An offspring that is scored: its recipe, its digest, and where a search asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.ledger import Place
from evomerge.recipe import Recipe


@dataclass(frozen=True)
class Offspring:
    """A recipe without genes that is scored, under the digest that its weights are known by."""

    recipe: Recipe
    digest: str
    place: Place | None = None
    made_of: str = ""
    """Names what it is made of, where a search asked for it; see :class:`KnownOffspring`."""
