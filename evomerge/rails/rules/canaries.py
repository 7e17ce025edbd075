"""Verifiers that disagree on questions whose answers are known."""

from __future__ import annotations

from pydantic import Field

from evomerge.rails.decision import GO_ON, Action, Decision
from evomerge.rails.evidence import is_surely_above
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class CanarySettings(RailSettings):
    """Settings of the rail `canaries`."""

    disagreement: float = Field(
        0.1, ge=0, lt=1, description="share on which vote and executor may come to other answers"
    )
    wrong: float = Field(
        0.05, ge=0, lt=1, description="share on which the executor may be wrong; more stop the run"
    )
    z: float = Field(2.0, gt=0, description="standard errors that a share must lie above its bound")


def judge(watched: WatchedRun, settings: CanarySettings) -> Decision:
    """Hold the newest canaries against the bounds.

    An executor that is wrong on questions whose answers are known stops the run: all that it
    verified is in doubt, whatever reason a person has.
    """
    if not watched.canaries:
        return GO_ON
    newest = watched.canaries[-1]
    executed = newest.asked if newest.executor_asked is None else newest.executor_asked
    wrong = newest.executor_wrong / max(1, executed)
    disagreed = newest.disagreed / max(1, newest.asked)
    if is_surely_above(wrong, settings.wrong, executed, settings.z):
        return Decision(
            Action.STOP,
            wrong,
            settings.wrong,
            f"the executor is wrong on {newest.executor_wrong} of {executed} canaries of cycle "
            f"{newest.cycle}, whose answers are known",
        )
    if is_surely_above(disagreed, settings.disagreement, newest.asked, settings.z):
        return Decision(
            Action.PAUSE,
            disagreed,
            settings.disagreement,
            f"vote and executor disagree on {newest.disagreed} of {newest.asked} canaries of cycle "
            f"{newest.cycle}",
        )
    return GO_ON


CANARIES = Rail(
    name="canaries",
    summary="vote and executor disagree on canaries (pause); the executor is wrong there (stop)",
    cure="items made by vote are not to be trusted: leave them out, or raise the agreement that is "
    "asked for",
    settings=CanarySettings,
    judge=judge,
    stops=True,
)
