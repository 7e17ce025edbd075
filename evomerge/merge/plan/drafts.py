"""What each tensor of an offspring is made of, before the method's settings are looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from evomerge.merge.plan.contract import method_of
from evomerge.merge.plan.sections import Section
from evomerge.recipe import ModelEntry, Recipe
from evomerge.recipe.parameters import depth_of
from evomerge.recipe.source import Place

Entry = TypeVar("Entry", bound=ModelEntry)
Levels = tuple[Place, ...]
"""Where a recipe may have parameters for one ingredient, the nearest first."""


@dataclass(frozen=True)
class Ingredient:
    """A tensor of a parent."""

    parent: str
    tensor: str
    levels: Levels
    """Where its parameters stand; not its own where it is a base that no entry names."""


class Draft(NamedTuple):
    """A tensor of the offspring."""

    name: str
    ingredients: tuple[Ingredient, ...]
    """The base among them where the method has one."""
    depth: float
    base: str | None
    """Which of the ingredients' parents is the base."""


def of_models(recipe: Recipe, section: Section) -> Iterator[Draft]:
    """The tensors of a section with `models:`, each of the same tensor of all of them."""
    assert section.module is not None
    models = section.module.models or ()
    entries = with_base(recipe, (*section.place, "models"), models, recipe.base_model)
    shared = levels_of(section.place)
    sources = [(entry.model, (*own, *shared)) for own, entry in entries]
    for name in section.names:
        stack = section.stacks.stack_of(name)
        depth = depth_of(stack.layer_of(name), stack.layers) if stack else 0.0
        made_of = tuple(Ingredient(model, name, levels) for model, levels in sources)
        yield Draft(name, made_of, depth, recipe.base_model)


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
