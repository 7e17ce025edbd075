"""What a language model has proposed for a run to begin with: asked once, and then on record."""

from __future__ import annotations

from pathlib import Path

from evomerge.errors import RunFolderError
from evomerge.permissions import Permissions
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.folder.beginning import begun_with
from evomerge.run.preparation.proposals import proposer_of, with_proposals


def proposed(recipe: Recipe, run_dir: Path, permissions: Permissions) -> Recipe:
    """The recipe with what its proposer says; of a run that has begun, with what it said then.

    Raises:
        RecipeError, Stopped: as :func:`with_proposals`.
    """
    if proposer_of(recipe) is None:
        return recipe
    try:
        begun, _ = begun_with(run_dir)
    except RunFolderError:
        return with_proposals(recipe, permissions)
    method = begun.plain()["merge_method"]
    return recipe_from({**recipe.plain(), "merge_method": method}, recipe.source)
