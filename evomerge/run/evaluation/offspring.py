"""Offspring known by what they are made of: of recipes of equal weights, the first names them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import partial

from evomerge.ledger import Asked, Ledger, Place, Trial
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.preparation.preflight import Prepared


@dataclass(frozen=True)
class Offspring:
    """A recipe without genes that is scored, under the digest that its weights are known by."""

    given: Recipe | Callable[[], Recipe] = field(compare=False, repr=False)
    """Its recipe, or what makes it: of ten thousand that a resumed run meets again few are needed,
    and a recipe takes longer to be made than all else of them.
    """
    digest: str
    place: Place | None = None
    made_of: str = ""
    """Names what it is made of, where a search asked for it; see :class:`KnownOffspring`."""

    @property
    def recipe(self) -> Recipe:
        """What makes its weights."""
        return self.given if isinstance(self.given, Recipe) else self.given()


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
        self._recipes: dict[str, Callable[[], Recipe]] = {}
        """Makes each recipe again, which takes a hundred times as much memory as its text does."""

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
            return Offspring(self._recipes[known_as], known_as, place, made_of)
        if digest not in self._recipes:
            packed = zlib.compress(json.dumps(recipe.plain()).encode(), 1)
            self._recipes[digest] = partial(_unpacked, packed)
        return Offspring(recipe, known_as, place, made_of)

    def recalled(self, recipe: Callable[[], Recipe], asked: Asked) -> Offspring:
        """A recipe that an earlier session asked for, as it was known then: what it is made of is
        on record, and not found out again.

        Args:
            recipe: makes it.
        """
        self._first.setdefault(asked.made_of, asked.digest)
        recipe = self._recipes.setdefault(asked.digest, recipe)
        return Offspring(recipe, asked.digest, asked.place, asked.made_of)


def on_record(ledger: Ledger, digests: Set[str]) -> dict[str, Offspring]:
    """Offspring that a ledger holds trials of, by digest."""
    recipes = {
        trial.digest: trial.recipe for trial in ledger.all_of(Trial) if trial.digest in digests
    }
    return {digest: Offspring(recipe_from(recipe), digest) for digest, recipe in recipes.items()}


def _unpacked(packed: bytes) -> Recipe:
    return recipe_from(json.loads(zlib.decompress(packed)))
