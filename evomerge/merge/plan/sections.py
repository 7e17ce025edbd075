"""Which tensors each section of a recipe makes: all of them, or those of one module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evomerge.errors import RecipeError
from evomerge.merge.plan.layout import Layout
from evomerge.recipe import Module, Recipe
from evomerge.weights import Parent


def sections_of(
    recipe: Recipe, parents: Mapping[str, Parent]
) -> Iterator[tuple[Module | None, list[str], Layout]]:
    """Each section, the template's tensors that belong to it, and the template's layout.

    Modules that the recipe does not name come last, as None: they are the template's, unchanged.

    Raises:
        RecipeError: the model has no such module, or the recipe names one twice.
    """
    template = parents[recipe.template]
    names, layout = template.tensors.specs, Layout.of(template.tensors.specs, template.config)
    if recipe.modules is None:
        yield recipe.sections[0][1], list(names), layout
        return
    modules: dict[str, list[str]] = {}
    for name in names:
        modules.setdefault(layout.module_of(name), []).append(name)
    for called, section in recipe.modules.items():
        module = layout.module_called(called)
        if module not in modules:
            raise RecipeError(
                f"{recipe.at('modules', called)}{template.name} has no module {called!r} that is "
                f"not named already; there are {', '.join(modules) or 'no more'}"
            )
        yield section, modules.pop(module), layout
    for unnamed in modules.values():
        yield None, unnamed, layout
