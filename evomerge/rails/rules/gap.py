"""Search scores that grow away from validation scores: what is learnt is the search items."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from pydantic import Field

from evomerge.ledger import WatchedTask
from evomerge.rails.decision import Action, Decision, gravest
from evomerge.rails.evidence import curse
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import Watched


class GapSettings(RailSettings):
    """Settings of the rail `gap`."""

    z: float = Field(
        2.0, gt=0, description="standard errors beyond what the winner's curse explains"
    )


def judge(watched: Watched, settings: GapSettings) -> Decision:
    """Hold each task's gap against that of the baselines, and against the curse."""
    return gravest(_decisions(watched, settings))


def _decisions(watched: Watched, settings: GapSettings) -> Iterator[Decision]:
    for task, now in watched.leading():
        others = [one for one in watched.of_baselines(task) if _gap(one) is not None]
        gap = _gap(now)
        if not now.weight or gap is None or not others:
            continue
        usual = fmean(_gap(one) or 0.0 for one in others)
        if watched.accepted is not None:
            usual = max(usual, _gap(watched.leaders(task)[0]) or 0.0)
        search, validation = _errors([now, *others])
        explained = curse(search, watched.newest.evaluated)
        threshold = explained + settings.z * (search**2 + validation**2) ** 0.5
        if gap - usual > threshold:
            assert now.search is not None
            assert now.validation is not None
            yield Decision(
                Action.PAUSE,
                gap - usual,
                threshold,
                f"{task}: the leader has {now.search.mean:.3f} on search items and "
                f"{now.validation.mean:.3f} on validation items; that is {gap - usual:.3f} more "
                f"than for parents, and {threshold:.3f} is the most that choosing among "
                f"{watched.newest.evaluated} candidates and chance explain",
            )


def _gap(task: WatchedTask) -> float | None:
    if task.search is None or task.validation is None:
        return None
    return task.search.mean - task.validation.mean


def _errors(tasks: list[WatchedTask]) -> tuple[float, float]:
    """The largest standard errors on search and validation items: a model that has all of a few
    items right is not known to be right for ever.
    """
    search = max(one.search.error for one in tasks if one.search is not None)
    validation = max(one.validation.error for one in tasks if one.validation is not None)
    return search, validation


GAP = Rail(
    name="gap",
    summary="a task's search score grows away from its validation score, by more than choosing the "
    "best of many explains",
    cure="look whether search items, or a way to please their grader, have got into parents or "
    "training data; fewer candidates and more search items make the gap smaller",
    settings=GapSettings,
    judge=judge,
)
