"""What a loop is prepared with: the programs of its curriculum, and what it is trained from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evomerge.curriculum import Programs
from evomerge.curriculum.checks import require_known, require_running
from evomerge.errors import RecipeError
from evomerge.recipe import Recipe
from evomerge.recipe.training_base import training_base

if TYPE_CHECKING:
    from evomerge.score.tasks.pool import Pool
    from evomerge.score.tasks.task import Task


def programs_of(recipe: Recipe, tasks: Sequence[Task | Pool]) -> Programs | None:
    """The programs that write and verify items; None where the recipe has none written.

    Args:
        tasks: of the recipe, opened.

    Raises:
        RecipeError: one of them fails, nobody could be scored on what is written, or the model to
            train is not named.
        UserError: there is no sandbox here.
    """
    from evomerge.score.tasks.pool import Pool

    training_base(recipe)
    programs = require_known(recipe)
    curriculum = recipe.evolve.curriculum if recipe.evolve else None
    if programs is None or curriculum is None:
        return None
    at = recipe.at("evolve", "curriculum", "task")
    assert recipe.evolve is not None
    task = tasks[recipe.evolve.number_of(curriculum.task)]
    if isinstance(task, Pool):
        raise RecipeError(
            f"{at}{task.name} stands for several tasks, and an item is written for one of them; "
            "name it"
        )
    if recipe.evolve.aggregate != "raw":
        raise RecipeError(
            f"{recipe.at('evolve', 'aggregate')}aggregate: {recipe.evolve.aggregate} measures "
            "tasks by what parents score, and made items are what they miss; aggregate raw"
        )
    require_running(recipe, curriculum, programs)
    return programs
