"""The goals that a recipe's algorithm searches for, where it searches for several."""

from __future__ import annotations

from evomerge.errors import RecipeError
from evomerge.recipe import Recipe
from evomerge.search.algorithms import kind_of


def goals_of(recipe: Recipe) -> tuple[str, ...]:
    """Their names; none where the algorithm searches for the fitness alone.

    Raises:
        RecipeError: the recipe has fewer goals than its algorithm searches for, or more.
    """
    if recipe.evolve is None:
        return ()
    kind = kind_of(recipe.evolve.search)
    fewest, most = kind.goals
    if not fewest:
        return ()
    goals = recipe.evolve.goals
    if not fewest <= len(goals) <= (len(goals) if most is None else most):
        at = recipe.at("evolve", "search", "algorithm")
        wanted = f"{fewest} goals" if most == fewest else f"{fewest} goals or more"
        wanted = wanted if most in (None, fewest) else f"{fewest} to {most} goals"
        raise RecipeError(
            f"{at}{kind.name} searches for {wanted}, and the fitness has {len(goals)} "
            f"({', '.join(goals)}): each term that counts is one, and those that name the same "
            "goal: are one together"
        )
    return goals
