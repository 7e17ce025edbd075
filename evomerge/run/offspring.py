"""Offspring known by what they are made of: of recipes of equal weights, the first names them."""

from __future__ import annotations

from collections.abc import Set

from evomerge.ledger import Place
from evomerge.recipe import Recipe
from evomerge.run.preflight import Prepared
from evomerge.run.sheet import Wanted


class Offspring:
    """The recipes that a run has met, in the order in which it met them.

    Args:
        scored: digests under which the ledger holds scores. They keep them: what a recipe was
            scored as stays its name when the run is resumed.
    """

    def __init__(self, scored: Set[str]) -> None:
        self._scored = scored
        self._met: dict[str, Wanted] = {}
        self._by_weights: dict[str, Wanted] = {}

    def wanted(self, prepared: Prepared, recipe: Recipe, place: Place | None = None) -> Wanted:
        """A recipe without genes, to be scored under the digest that its weights have here.

        Where the same weights were met before, but for rounding, it is the recipe that made them
        then.
        """
        digest = prepared.digest(recipe)
        if digest not in self._met:
            own = Wanted(recipe, digest)
            first = self._by_weights.setdefault(prepared.made_of(recipe), own)
            self._met[digest] = own if digest in self._scored else first
        met = self._met[digest]
        return Wanted(met.recipe, met.digest, place)
