"""What an earlier run has found, as a genome of a recipe that begins with it."""

from __future__ import annotations

from evomerge.errors import RecipeError, RunFolderError
from evomerge.recipe import Genome, Recipe, recipe_from
from evomerge.recipe.start_names import START_NAMES
from evomerge.report.reader import view_of
from evomerge.search import Vector


def earlier_winner(recipe: Recipe, run: str) -> Vector:
    """The winner of a run, shape (n,).

    Args:
        run: its folder.

    Raises:
        RecipeError: with the line of `start_from`: the folder holds no run that has chosen its
            winner, or one whose genes are not the recipe's.
    """
    at = f"{recipe.at('evolve', 'start_from')}start_from {run}: "
    try:
        view = view_of(run)
    except RunFolderError as error:
        names = ", ".join(START_NAMES)
        raise RecipeError(f"{at}{error}; by name there are {names}") from None
    if view.recipe is None or not view.finalists:
        raise RecipeError(
            f"{at}has not chosen its winner yet; finish it with: evomerge resume {run}"
        )
    ours, theirs = Genome(recipe), Genome(recipe_from(dict(view.recipe)))
    if unshared := {*theirs.gene_names} ^ {*ours.gene_names}:
        gene = min(unshared)
        whose = "this recipe" if gene in ours.gene_names else "that run"
        raise RecipeError(
            f"{at}its genes are not those of this recipe: only {whose} has the gene {gene}"
        )
    try:
        made = recipe_from(dict(view.finalists[0].recipe))
        if {*made.parent_names} - {*theirs.recipe.parent_names}:
            raise RecipeError("it descends from elites of an earlier cycle")
        values = dict(zip(theirs.gene_names, theirs.values(theirs.encode(made)), strict=True))
        return ours.with_values({n: values[name] for n, name in enumerate(ours.gene_names)})
    except RecipeError as error:
        raise RecipeError(f"{at}its winner is none of this recipe's candidates ({error})") from None
