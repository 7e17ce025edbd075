"""Answers that drift away from those of the first cycle's leader, without getting better."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pydantic import Field

from evomerge.rails.decision import Action, Decision, gravest
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class DriftSettings(RailSettings):
    """Settings of the rail `drift`."""

    share: float = Field(
        0.5, gt=0, lt=1, description="by how much answers may differ beyond what scores gain"
    )
    z: float = Field(3.0, gt=0, description="standard errors beyond that")


def judge(watched: WatchedRun, settings: DriftSettings) -> Decision:
    """Hold the leader's answers to the validation items against those that the first cycle ended
    with.

    Where scores rise answers must change, so the gain is taken off.
    """
    return gravest(_decisions(watched, settings))


def _decisions(watched: WatchedRun, settings: DriftSettings) -> Iterator[Decision]:
    for task, now in watched.leading():
        first = [
            one.leader.tasks[task]
            for one in watched.entries
            if one.cycle == 0 and one.leader is not None and task in one.leader.tasks
        ]
        if now.changed is None or not now.changed_items:
            continue
        gain = 0.0
        if first and first[-1].validation is not None and now.validation is not None:
            gain = max(0.0, now.validation.mean - first[-1].validation.mean)
        bound = settings.share + settings.z * math.sqrt(
            settings.share * (1 - settings.share) / now.changed_items
        )
        if watched.accepted is not None:
            bound = max(bound, (watched.leaders(task)[0].changed or 0.0) + settings.share / 2)
        if now.changed - gain > bound:
            yield Decision(
                Action.PAUSE,
                now.changed - gain,
                bound,
                f"{task}: the leader's answers to {now.changed_items} validation items differ by "
                f"{now.changed:.2f} of their words from those that the first cycle ended with, and "
                f"its score has gained {gain:.2f}",
            )


DRIFT = Rail(
    name="drift",
    summary="over cycles, answers change by far more than scores gain",
    cure="compare the answers of both leaders; begin the next cycle from the original base",
    settings=DriftSettings,
    judge=judge,
)
