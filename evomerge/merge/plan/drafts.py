"""What each tensor of an offspring is made of, before the method's settings are looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.contract import inputs_of, method_of
from evomerge.merge.plan.ingredients import Ingredient, Ingredients
from evomerge.merge.plan.sections import Section
from evomerge.recipe import ModelEntry, Recipe
from evomerge.recipe.source import Place

Entry = TypeVar("Entry", bound=ModelEntry)
Levels = tuple[Place, ...]
"""Where a recipe may have parameters for one ingredient, the nearest first."""


@dataclass(frozen=True, eq=False)
class Lineup(Generic[Entry]):
    """The models behind tensors of the offspring."""

    entries: tuple[Entry, ...]
    """Those that are combined."""
    levels: tuple[Levels, ...]
    """For each of them, where its parameters stand."""
    base: Entry | None
    """What their differences are added to, where the method reads it."""
    first: Entry
    """The first of all, the base included."""


class Draft(NamedTuple):
    """A tensor of the offspring."""

    name: str
    lineup: Lineup[Any]
    inputs: Ingredients
    """A tensor of each entry of the lineup."""
    base: Ingredient | None
    first: str
    """What the tensor is called in the first entry of the lineup."""
    depth: float


def of_models(recipe: Recipe, section: Section, catalogue: TensorCatalogue) -> Iterator[Draft]:
    """The tensors of a section with `models:`, each of the same tensor of all of them."""
    assert section.module is not None
    listed, base = section.module.models or (), recipe.base_model
    entries = with_base(recipe, (*section.place, "models"), listed, base)
    lineup = lineup_of(recipe, entries, levels_of(section.place), base)
    models = tuple(entry.model for entry in lineup.entries)
    depths = catalogue.depths(recipe.template)
    for name in section.names:
        inputs = Ingredients.of_one_name(models, name)
        own = None if lineup.base is None else Ingredient(lineup.base.model, name)
        yield Draft(name, lineup, inputs, own, name, depths[name])


def lineup_of(
    recipe: Recipe, entries: Sequence[tuple[Levels, Entry]], shared: Levels, base: str | None
) -> Lineup[Entry]:
    """The lineup of some entries.

    Args:
        entries: with the base, as :func:`with_base` gives them.
        shared: where parameters of all of them stand.
    """
    used = {*inputs_of(recipe, tuple(entry.model for _, entry in entries), base)}
    based = method_of(recipe).base != "unused"
    return Lineup(
        tuple(entry for _, entry in entries if entry.model in used),
        tuple((*own, *shared) for own, entry in entries if entry.model in used),
        next((entry for _, entry in entries if based and entry.model == base), None),
        entries[0][1],
    )


def levels_of(place: Place) -> Levels:
    """Where the parameters of a section stand, and behind them the recipe's."""
    return ((*place, "parameters"), ("parameters",)) if place else (("parameters",),)


def with_base(
    recipe: Recipe, place: Place, entries: Sequence[Entry], base: str | None
) -> list[tuple[Levels, Entry]]:
    """The entries, and the base (with the layers of the first) where it is not among them.

    Args:
        place: where the list of entries stands.

    Returns:
        Each entry behind where its own parameters stand; the base that no entry names has none.
    """
    placed = [(((*place, i, "parameters"),), entry) for i, entry in enumerate(entries)]
    needed = method_of(recipe).base != "unused" and base is not None
    if not needed or any(entry.model == base for entry in entries):
        return [*placed]
    added: dict[str, Any] = {"model": base, "parameters": {}}
    return [((), entries[0].model_copy(update=added)), *placed]
