"""Which model the adapters of a run are trained from."""

from __future__ import annotations

from evomerge.errors import RecipeError
from evomerge.recipe.schema import Recipe
from evomerge.recipe.training import BASE


def training_base(recipe: Recipe) -> str | None:
    """The model's name in the recipe; None where nothing is trained.

    Raises:
        RecipeError: it is to be the base_model, and there is none; or it is no model of the recipe.
    """
    training = None if recipe.evolve is None else recipe.evolve.training
    if training is None:
        return None
    name = training.from_model
    if name != BASE:
        if name not in {*recipe.parent_names, recipe.base_model}:
            raise RecipeError(
                f"{recipe.at('evolve', 'training')}evolve.training: from: {name} is none of the "
                f"recipe's models; say base, or one of {', '.join(recipe.parent_names)}"
            )
        return name
    if recipe.base_model is None:
        raise RecipeError(
            f"{recipe.at('evolve', 'training')}evolve.training: from: base is the recipe's "
            "base_model, and it names none; say from: MODEL"
        )
    return recipe.base_model
