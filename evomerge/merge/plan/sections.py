"""Which tensors each section of a recipe makes: all of them, or those of one module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evomerge.errors import RecipeError
from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.stacks import Stacks
from evomerge.recipe import Module, Recipe
from evomerge.recipe.source import Place


@dataclass(frozen=True)
class Section:
    """A part of a recipe, and the part of the model that it makes."""

    place: Place
    """Where it stands in the recipe; () for all of one without modules."""
    module: Module | None
    """None where the recipe does not name it: it is the template's, unchanged."""
    names: tuple[str, ...]
    """The template's tensors that belong to it."""
    stacks: Stacks
    """The template's."""


def sections_of(recipe: Recipe, catalogue: TensorCatalogue) -> Iterator[Section]:
    """Each section, and at last the modules that the recipe does not name.

    Raises:
        RecipeError: the model has no such module, or the recipe names one twice.
    """
    template = catalogue.parents[recipe.template]
    names, stacks = template.tensors.specs, catalogue.stacks(recipe.template)
    if recipe.modules is None:
        ((place, whole),) = recipe.sections
        yield Section(place, whole, tuple(names), stacks)
        return
    modules: dict[str, list[str]] = {}
    for name in names:
        modules.setdefault(stacks.module_of(name), []).append(name)
    for called, section in recipe.modules.items():
        module = stacks.module_called(called)
        if module not in modules:
            raise RecipeError(
                f"{recipe.at('modules', called)}{template.name} has no module {called!r} that is "
                f"not named already; there are {', '.join(modules) or 'no more'}"
            )
        yield Section(("modules", called), section, tuple(modules.pop(module)), stacks)
    for unnamed in modules.values():
        yield Section((), None, tuple(unnamed), stacks)
