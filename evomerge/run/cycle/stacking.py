"""The recipe of the next cycle of a search for paths: elites are further layers to run through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.errors import RecipeError
from evomerge.merge.plan.contract import methods_of
from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.layer_path import OpenPath
from evomerge.recipe.path_space import PATH, PathSpace
from evomerge.run.evaluation.offspring import Offspring


def require_stackable(recipe: Recipe) -> None:
    """Check that elites of a search for paths can join the next one.

    Raises:
        RecipeError: nobody could run through their layers, or they would not be what they were.
    """
    at = recipe.at("evolve", "cycles")
    if not isinstance(recipe.path, OpenPath):
        raise RecipeError(f"{at}elites join as further layers, which a path without genes has not")
    if any(entry.use is not True for entry in recipe.models or ()):
        raise RecipeError(
            f"{at}elites join as slices beside those of the recipe, in which all models are used; "
            "take `use` from them"
        )
    for method in methods_of(recipe):
        alone = method.models[0] == 1 and method.alone is not None and method.statistic is None
        if method.base != "unused" or not alone:
            raise RecipeError(
                f"{at}elites join as slices of one model each, and {method.name} leaves none as it "
                "is; passthrough and linear do"
            )


def stackable(recipe: Recipe, elites: Sequence[Offspring]) -> list[Offspring]:
    """Those of the elites that join: the best first, each that there is room for.

    Together they have no more layers than a path, so that no cycle has more than 1 + r times the
    first one's slots, r being how often a path may run through them. One without a path is a
    parent, or the average of all, as it was before.

    Args:
        recipe: of the first cycle.
        elites: best first.
    """
    room, joining = _space_of(recipe).longest, list[Offspring]()
    for elite in elites:
        if 0 < (depth := depth_of(elite)) <= room:
            joining.append(elite)
            room -= depth
    return joining


def depth_of(elite: Offspring) -> int:
    """How many layers its path has; 0 where it has none."""
    assert not isinstance(elite.recipe.path, OpenPath)
    return len(elite.recipe.path or ())


def stacked(recipe: Recipe, elites: Mapping[str, Offspring]) -> Recipe:
    """The recipe with each elite as a slice of its own, before those of the recipe.

    The first gives all that stands around the layers, and the search begins at the path that runs
    through its layers alone: with what it is. Paths stay as long as those of the first cycle.

    Args:
        recipe: of the first cycle, over root parents.
        elites: one or more by their names, best first.
    """
    plain, space = recipe.plain(), _space_of(recipe)
    neutral = {
        name: parameter.default
        for method in methods_of(recipe)
        for name, parameter in method.parameters.items()
        if parameter.per_model
    }
    stacks = [
        _slice([{"model": name, "parameters": neutral}], depth_of(elite))
        for name, elite in elites.items()
    ]
    own = plain.pop("slices", None) or [_slice(plain.pop("models"), space.layers)]
    plain["slices"] = [*stacks, *own]
    gene = {key: value for key, value in plain[PATH]["gene"].items() if key != "layers"}
    plain[PATH] = {"gene": {**gene, "longest": space.longest}}
    if "base_model" in plain:
        plain["base_model"] = next(iter(elites))
    return recipe_from(plain)


def widest(recipe: Recipe) -> PathSpace:
    """The largest space of paths that a later cycle can have.

    Args:
        recipe: of the first cycle.
    """
    space = _space_of(recipe)
    settings = space.settings.model_copy(update={"longest": space.longest})
    return PathSpace(space.layers + space.longest, space.own, settings)


def _slice(models: Sequence[Mapping[str, Any]], layers: int) -> dict[str, Any]:
    return {"sources": [{**model, "layer_range": [0, layers]} for model in models]}


def _space_of(recipe: Recipe) -> PathSpace:
    space = recipe.path_space()
    assert space is not None
    return space
