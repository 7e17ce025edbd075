"""Can a recipe be searched? Asked before anything is opened."""

from __future__ import annotations

from evomerge.recipe import Recipe
from evomerge.run.cycle.joining import require_joinable
from evomerge.run.cycle.search import Search
from evomerge.run.preparation.preflight import require_genes


def require_searchable(recipe: Recipe) -> None:
    """Check what a search needs of a recipe: genes, its algorithm's goals and package, and that
    elites can join another cycle.

    Raises:
        RecipeError: something of it is lacking.
    """
    require_genes(recipe)
    if recipe.evolve and recipe.evolve.cycles > 1:
        require_joinable(recipe)
    Search(recipe)
