"""Answers that grow alike: one answer to ever more questions."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from pydantic import Field

from evomerge.rails.decision import Decision, gravest
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.shares import RisenShare
from evomerge.rails.watched import WatchedRun


class SamenessSettings(RailSettings):
    """Settings of the rail `sameness`."""

    z: float = Field(4.0, gt=0, description="standard errors by which the share must have risen")
    least: float = Field(0.25, ge=0, lt=1, description="by how much it must have risen")


def judge(watched: WatchedRun, settings: SamenessSettings) -> Decision:
    """Hold the share of the most common answer against those of baselines and of right answers."""
    return gravest(one.decision(settings.least, settings.z) for one in _shares(watched))


def _shares(watched: WatchedRun) -> Iterator[RisenShare]:
    for task, now in watched.leading():
        usual = watched.usual(task, attrgetter("common"))
        if now.look is None or usual is None:
            continue
        right = now.look.gold_common or 0.0, now.look.items
        share, of = max(usual, right)
        yield RisenShare(task, "are the same one", now.look.common, now.look.items, share, of)


SAMENESS = Rail(
    name="sameness",
    summary="one answer is given to far more questions than parents give it, or than it is right "
    "for",
    cure="read the answers; a grader that is pleased by one answer, or training on one's own "
    "answers, may be behind it",
    settings=SamenessSettings,
    judge=judge,
)
