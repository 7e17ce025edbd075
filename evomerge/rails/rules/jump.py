"""A task that jumps beyond what its history, and any parent, make plausible."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from statistics import fmean, pstdev

from pydantic import Field

from evomerge.ledger import WatchedScore
from evomerge.rails.decision import Action, Decision, gravest
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class JumpSettings(RailSettings):
    """Settings of the rail `jump`."""

    z: float = Field(3.0, gt=0, description="standard errors above all that was seen before")
    history: int = Field(
        3, ge=2, description="generations before, of fewer of which nothing is said"
    )


def judge(watched: WatchedRun, settings: JumpSettings) -> Decision:
    """Compare the leader's validation score of each task with all that parents and earlier leaders
    had, and ask whether the run's course changes here.
    """
    return gravest(_decisions(watched, settings))


def _decisions(watched: WatchedRun, settings: JumpSettings) -> Iterator[Decision]:
    for task, _ in watched.leading():
        course = [one.validation for one in watched.leaders(task) if one.validation is not None]
        others = [one.validation for one in watched.of_baselines(task) if one.validation]
        if len(course) <= settings.history or not changes_last([one.mean for one in course]):
            continue
        best = max([*course[:-1], *others], key=lambda one: one.mean)
        rise, error = course[-1].mean - best.mean, _error(course, best, others)
        if error and rise / error > settings.z:
            yield Decision(
                Action.PAUSE,
                rise / error,
                settings.z,
                f"{task}: the leader has {course[-1].mean:.3f} on validation items, after "
                f"{course[-2].mean:.3f} a generation before and {best.mean:.3f} at most of parents "
                f"and earlier leaders; such a step is {rise / error:.1f} standard errors of what "
                "its history lets expect",
            )


def _error(
    course: Sequence[WatchedScore], best: WatchedScore, others: Sequence[WatchedScore]
) -> float:
    """Of a step: chance in which items there are, or how much leaders have differed so far."""
    means = [one.mean for one in course[:-1]]
    steps = [later - earlier for earlier, later in pairwise(means)]
    largest = max([course[-1].error, best.error, *(one.error for one in others)])
    return max(math.hypot(largest, best.error), pstdev(steps) if steps else 0.0)


def changes_last(course: Sequence[float]) -> bool:
    """Whether a course is best cut in two before its last value.

    The change point is where the means of what is before and behind it leave the least squares:
    where n m² of both, of values about their common mean, add up to most.
    """
    if len(course) < 2:
        return False
    middle = fmean(course)
    before = [*accumulate(value - middle for value in course)]
    total, size = before[-1], len(course)
    explained = [
        before[cut - 1] ** 2 / cut + (total - before[cut - 1]) ** 2 / (size - cut)
        for cut in range(1, size)
    ]
    return explained[-1] == max(explained)


JUMP = Rail(
    name="jump",
    summary="a task's validation score jumps beyond all parents and what its course makes "
    "plausible",
    cure="read the answers to that task, and look what is new in the population: a skill that "
    "appears at once is a find, or a way around the grader",
    settings=JumpSettings,
    judge=judge,
)
