"""A term of the fitness opened: one task, or several as one."""

from __future__ import annotations

from functools import partial

import torch

from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import Asking, FitnessTerm
from evomerge.score.grading.metric import UnknownMetric
from evomerge.score.library.members import Members
from evomerge.score.tasks.pool import Pool
from evomerge.score.tasks.task import Task


def open_term(
    term: FitnessTerm,
    members: Members,
    permissions: Permissions = NOTHING,
    at: str = "",
    device: torch.device | None = None,
    *,
    asking: Asking | None = None,
    seed: int = 0,
) -> Task | Pool:
    """What a term of the fitness is scored on.

    Args:
        members: what its task names.
        permissions, at, device, asking, seed: as for :class:`Task`.

    Raises:
        RecipeError: as for :class:`Task`; or no task of a group has the metric.
    """
    named = partial(Task, device=device, asking=asking, seed=seed)
    open_task = partial(named, term, permissions, at)
    if members.alone:
        return open_task(member=next(iter(members.tasks), None))
    tasks: list[Task] = []
    lacking: list[tuple[str, RecipeError]] = []
    for member in members.tasks:
        try:
            tasks.append(open_task(member=member, of=len(members.tasks)))
        except RecipeError as error:
            if not isinstance(error.__cause__, UnknownMetric):
                raise
            lacking.append((member.name, error))
    if not tasks:
        raise lacking[0][1]
    return Pool(term, members, tasks, [name for name, _ in lacking], at)
