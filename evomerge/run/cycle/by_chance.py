"""The recipe that is searched by chance alone, for a search to be compared with."""

from __future__ import annotations

from evomerge.recipe import Recipe, recipe_from
from evomerge.search.algorithms import ALGORITHMS


def searched_by_chance(recipe: Recipe) -> Recipe:
    """The same genes and tasks, with random search in the place of the recipe's algorithm.

    What its settings have in common with the algorithm's stays.
    """
    plain, random = recipe.plain(), ALGORITHMS["random"]
    search = plain["evolve"].get("search", {})
    shared = {k: v for k, v in search.items() if k in random.settings.model_fields}
    plain["evolve"]["search"] = {**shared, "algorithm": random.name}
    plain["evolve"].pop("winner", None)
    return recipe_from(plain)
