"""Offspring known by what they are made of: of recipes of equal weights, the first names them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Set
from dataclasses import dataclass

from evomerge.ledger import Asked, Place
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.preparation.preflight import Prepared


@dataclass(frozen=True)
class Offspring:
    """A recipe without genes that is scored, under the digest that its weights are known by."""

    recipe: Recipe
    digest: str
    place: Place | None = None
    made_of: str = ""
    """Names what it is made of, where a search asked for it; see :class:`KnownOffspring`."""


class KnownOffspring:
    """The recipes that a run has met, in the order in which it met them.

    Args:
        scored: digests under which the ledger holds scores. They keep them: what a recipe was
            scored as stays its name when the run is resumed.
    """

    def __init__(self, scored: Set[str]) -> None:
        self._scored = scored
        self._known_as: dict[str, tuple[str, str]] = {}
        self._first: dict[str, str] = {}
        self._packed: dict[str, bytes] = {}

    def of(self, prepared: Prepared, recipe: Recipe, place: Place | None = None) -> Offspring:
        """A recipe without genes, to be scored under the digest that its weights have here.

        Where the same weights were met before, but for rounding, it is the recipe that made them
        then.
        """
        digest = prepared.digest(recipe)
        if digest not in self._known_as:
            made_of = prepared.made_of(recipe)
            first = self._first.setdefault(made_of, digest)
            self._known_as[digest] = digest if digest in self._scored else first, made_of
        known_as, made_of = self._known_as[digest]
        if known_as != digest:
            recipe = self._unpacked(known_as)
        else:
            self._keep(digest, recipe)
        return Offspring(recipe, known_as, place, made_of)

    def recalled(self, recipe: Recipe, asked: Asked) -> Offspring:
        """A recipe that an earlier session asked for, as it was known then: what it is made of is
        on record, and not found out again.
        """
        self._first.setdefault(asked.made_of, asked.digest)
        if asked.digest in self._packed:
            recipe = self._unpacked(asked.digest)
        else:
            self._keep(asked.digest, recipe)
        return Offspring(recipe, asked.digest, asked.place, asked.made_of)

    def _unpacked(self, digest: str) -> Recipe:
        return recipe_from(json.loads(zlib.decompress(self._packed[digest])))

    def _keep(self, digest: str, recipe: Recipe) -> None:
        if digest not in self._packed:
            # A recipe takes a hundred times as much memory as its text does.
            self._packed[digest] = zlib.compress(json.dumps(recipe.plain()).encode(), 1)
