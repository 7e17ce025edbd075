"""The cards of all models that a recipe draws on, read before anything is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evomerge.errors import ParentError
from evomerge.licences.combining import Combined, combine
from evomerge.licences.licence import Licence
from evomerge.recipe import Recipe
from evomerge.recipe.licence import LicenceChoice
from evomerge.recipe.tokenizer import NOT_MODELS
from evomerge.weights.parents.card import ParentCard, read_card
from evomerge.weights.parents.location import parts_of


@dataclass(frozen=True)
class Ancestry:
    """What the models say of themselves that a merge is made of."""

    cards: tuple[ParentCard, ...] = ()
    """Of each model and each adapter, once."""
    chosen: LicenceChoice | None = None
    """The licence that the recipe names."""

    @property
    def combined(self) -> Combined:
        """What their licences come to."""
        return combine(licence for card in self.cards for licence in card.licences)

    @property
    def languages(self) -> tuple[str, ...]:
        """All that one of them names."""
        return tuple(dict.fromkeys(name for card in self.cards for name in card.languages))

    @property
    def pipeline(self) -> str:
        """What they are for; "" where they do not say, or not the same."""
        named = {card.pipeline for card in self.cards if card.pipeline}
        return named.pop() if len(named) == 1 else ""

    def under(self, licence: Licence) -> tuple[str, ...]:
        """The names of those that are under a licence."""
        ids = ((card.name, {one.id for one in card.licences}) for card in self.cards)
        return tuple(name for name, known in ids if licence.id in known)


NO_ANCESTRY = Ancestry()
"""Of a merge whose parents were not asked."""


def ancestry_of(recipe: Recipe) -> Ancestry:
    """What the root models of a recipe say of themselves, those of its stages included."""
    names = dict.fromkeys(part for name in _models(recipe) for part in model_parts(name))
    return Ancestry(tuple(map(read_card, names)), recipe.license)


def _models(recipe: Recipe) -> Iterator[str]:
    yield from recipe.roots
    if recipe.vocabulary and recipe.vocabulary.source not in NOT_MODELS:
        yield recipe.vocabulary.source


def model_parts(name: str) -> list[str]:
    """The model that a name is of and, where one is named, its adapter."""
    try:
        return [part for part in parts_of(name) if part]
    except ParentError:
        return []  # it is no model's name, which opening it says
