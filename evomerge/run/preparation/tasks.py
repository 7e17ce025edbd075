"""The tasks that a recipe names: found, opened, and told apart by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import Recipe
from evomerge.score.foreign_code.mistakes import Mistakes
from evomerge.score.library.members import Library, Members

if TYPE_CHECKING:
    from evomerge.score.tasks.pool import Pool
    from evomerge.score.tasks.task import Task


def find_tasks(recipe: Recipe, permissions: Permissions = NOTHING) -> list[Members]:
    """What the terms of a recipe name, in its order; nothing is loaded yet. Of a text, nothing.

    Raises:
        RecipeError: there is no such task, group, tag or folder.
    """
    assert recipe.evolve is not None
    for path in permissions.include_paths:
        if path.is_file():
            raise RecipeError(f"--include-path {path}: is a file; name the folder it lies in")
        if not path.is_dir():
            raise RecipeError(f"--include-path {path}: no such folder")
    library, found = Library(permissions.include_paths, permissions.folder), []
    for place, term in recipe.evolve.terms:
        try:
            named = term.text is None
            found.append(library.members(term.subject) if named else Members(term.subject, ()))
        except RecipeError as error:
            raise Mistakes(term, recipe.at(*place)).found(str(error)) from None
    return found


def open_tasks(
    recipe: Recipe,
    permissions: Permissions = NOTHING,
    device: torch.device | None = None,
) -> list[Task | Pool]:
    """The tasks and texts that a recipe is scored on, in its order.

    Args:
        permissions: code that may be run, addresses asked, folders read.
        device: where a judge of this machine runs.

    Raises:
        RecipeError: a task or metric does not exist or cannot be used.
    """
    from evomerge.score.tasks.opening import open_term

    assert recipe.evolve is not None
    tasks = [
        open_term(
            term,
            members,
            permissions,
            recipe.at(*place),
            device,
            asking=recipe.evolve.asking_of(term),
            seed=recipe.evolve.seed,
        )
        for (place, term), members in zip(
            recipe.evolve.terms, find_tasks(recipe, permissions), strict=True
        )
    ]
    _check_thoughts(recipe, tasks)
    _name_apart(recipe, tasks)
    return tasks


def _check_thoughts(recipe: Recipe, tasks: Sequence[Task | Pool]) -> None:
    """Refuse an end of thoughts where no task has answers that a thought could stand before."""
    assert recipe.evolve is not None
    if recipe.evolve.think_end and not any(task.generates for task in tasks):
        at = recipe.at("evolve", "think_end")
        raise RecipeError(f"{at}think_end: no task generates answers, so it would have no effect")


def _name_apart(recipe: Recipe, tasks: Sequence[Task | Pool]) -> None:
    """Give the second of two terms on one task a name that says how it is judged."""
    assert recipe.evolve is not None
    first: dict[str, str] = {}
    for (place, _), task in zip(recipe.evolve.terms, tasks, strict=True):
        if task.term.name is None and first.get(task.name, task.metric) != task.metric:
            task.name += f":{task.metric.partition(' ')[0]}"
        if task.name in first:
            raise RecipeError(
                f"{recipe.at(*place)}the task {task.name} stands twice in the fitness; give one "
                "of them another name (name: ...)"
            )
        first[task.name] = task.metric
