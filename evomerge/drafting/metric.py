"""Which metric of an lm-eval task is taken where the user names none."""

from __future__ import annotations

import re

from evomerge.errors import RecipeError, UserError
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.grading.metric import UnknownMetric
from evomerge.score.library.members import Library

USUAL = ("acc", "exact_match")
"""Metrics that are right or wrong for each item, and that most tasks have one of."""
_OF_METRICS = ("in several ways; say metric:", "is not a mean over items")
"""What is said of a task whose metric must be named."""
_NAMED = re.compile(r"(.+)=(\w+(?:,[\w-]+)?)")


def metric_of(asked: str, permissions: Permissions) -> tuple[str, str]:
    """A task, and the metric that is taken of it.

    Args:
        asked: an lm-eval task's name or file; with `=METRIC` or `=METRIC,FILTER` behind it, that
            metric.
        permissions: with the folder of the recipe that is to name it.

    Raises:
        UserError: the task cannot be opened, or which of its metrics is meant must be said.
    """
    if named := _NAMED.fullmatch(asked):
        return named[1], named[2]
    from evomerge.score.tasks.opening import open_term

    try:
        members = Library(permissions.include_paths, permissions.folder).members(asked)
        for metric in USUAL:
            try:
                open_term(FitnessTerm(task=asked, metric=metric), members, permissions)
            except RecipeError as error:
                if not isinstance(error.__cause__, UnknownMetric):
                    raise
                unknown = error
            else:
                return asked, metric
    except RecipeError as error:
        of_metric = any(said in str(error) for said in _OF_METRICS)
        hint = "; a metric is named as --task TASK=METRIC" if of_metric else ""
        raise UserError(f"--task {asked}: {error}{hint}") from None
    raise UserError(f"--task {asked}: {unknown}; say which one: --task {asked}=METRIC")
