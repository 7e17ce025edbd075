"""The mean score of each task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter, mul

from evomerge.ledger import ItemScore


def task_means(tasks: Iterable[str], scores: Sequence[ItemScore]) -> dict[str, float]:
    """Of each task the mean over those of its items that were scored and count; tasks without any
    are left out.
    """
    by_task: dict[str, list[ItemScore]] = {}
    for task, own in groupby(scores, key=itemgetter(0)):
        by_task.setdefault(task, []).extend(own)
    means = {task: _mean(by_task.get(task, ())) for task in tasks}
    return {task: mean for task, mean in means.items() if mean is not None}


def _mean(scores: Sequence[ItemScore]) -> float | None:
    if not scores:
        return None
    _, _, values, weights = zip(*scores, strict=True)
    weight = sum(weights)
    return sum(map(mul, weights, values)) / weight if weight else None
