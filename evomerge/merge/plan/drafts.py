"""What each tensor of an offspring is made of, before the method's settings are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from evomerge.merge.plan.contract import method_of
from evomerge.merge.plan.layout import Layout
from evomerge.recipe import ModelEntry, Module, Recipe
from evomerge.recipe.parameters import depth_of
from evomerge.recipe.schema import Parameters

Entry = TypeVar("Entry", bound=ModelEntry)


@dataclass(frozen=True)
class Ingredient:
    """A tensor of a parent, with the parameters of its place in the recipe."""

    parent: str
    tensor: str
    parameters: tuple[Parameters, ...]


class Draft(NamedTuple):
    """A tensor of the offspring."""

    name: str
    ingredients: tuple[Ingredient, ...]
    """The base among them where the method has one."""
    depth: float
    base: str | None
    """Which of the ingredients' parents is the base."""


def of_models(
    recipe: Recipe, section: Module, names: Iterable[str], layout: Layout
) -> Iterator[Draft]:
    """The tensors `names` of a section with `models:`, each of the same tensor of all of them."""
    entries = with_base(recipe, section.models or (), recipe.base_model)
    for name in names:
        stack = layout.stack_of(name)
        depth = depth_of(stack.layer_of(name), stack.layers) if stack else 0.0
        levels = (section.parameters, recipe.parameters)
        made_of = [Ingredient(e.model, name, (e.parameters, *levels)) for e in entries]
        yield Draft(name, tuple(made_of), depth, recipe.base_model)


def with_base(recipe: Recipe, entries: Sequence[Entry], base: str | None) -> Sequence[Entry]:
    """The entries, and the base (with the layers of the first) where it is not among them."""
    needed = method_of(recipe).base != "unused" and base is not None
    if not needed or any(entry.model == base for entry in entries):
        return entries
    added: dict[str, Any] = {"model": base, "parameters": {}}
    return [entries[0].model_copy(update=added), *entries]
