"""Answers that grow longer than any of models that know the task as well."""

from __future__ import annotations

import math
from collections.abc import Iterator
from operator import attrgetter

from pydantic import Field

from evomerge.rails.decision import Action, Decision, gravest
from evomerge.rails.evidence import rise_of_mean
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class LengthSettings(RailSettings):
    """Settings of the rail `length`."""

    z: float = Field(4.0, gt=0, description="standard errors by which the means must differ")
    times: float = Field(
        2.0, gt=1, description="as many times as long as those of the parent with the longest"
    )


def judge(watched: WatchedRun, settings: LengthSettings) -> Decision:
    """Hold each task's mean length against the longest of the baselines that are as good."""
    return gravest(_decisions(watched, settings))


def _decisions(watched: WatchedRun, settings: LengthSettings) -> Iterator[Decision]:
    for task, now in watched.leading():
        usual = watched.usual(task, attrgetter("tokens_mean"))
        spread = watched.usual(task, attrgetter("tokens_sd"))
        if now.look is None or usual is None or spread is None or not usual[0]:
            continue
        ours, (theirs, items) = now.look.tokens_mean, usual
        error, their_error = (
            sd / math.sqrt(n)
            for sd, n in ((now.look.tokens_sd, now.look.items), (spread[0], items))
        )
        surely = rise_of_mean(ours, error, theirs, their_error)
        if ours > settings.times * theirs and surely > settings.z:
            yield Decision(
                Action.PAUSE,
                ours / theirs,
                settings.times,
                f"{task}: the leader's answers have {ours:.3g} tokens in the mean, those of "
                f"parents that are as good {theirs:.3g} at most ({surely:.1f} standard errors)",
            )


LENGTH = Rail(
    name="length",
    summary="answers are longer than those of all parents that are as good at the task",
    cure="read some of them (`evomerge answers`): whether they say more, or please a grader",
    settings=LengthSettings,
    judge=judge,
)
