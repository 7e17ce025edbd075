"""A judge that says something else of labelled answers than it did."""

from __future__ import annotations

from pydantic import Field

from evomerge.rails.decision import GO_ON, Action, Decision
from evomerge.rails.evidence import rise_of_share
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class JudgeRailSettings(RailSettings):
    """Settings of the rail `judge`."""

    z: float = Field(2.0, gt=0, description="standard errors by which its errors must have risen")


def judge(watched: WatchedRun, settings: JudgeRailSettings) -> Decision:
    """Hold the constitution's judge against its bound, and against what it said at the beginning.

    Both: one that is near its bound crosses it by chance. The two newest generations count
    together, since a judge behind an address says not always the same.
    """
    newest = [one.conduct for one in watched.entries if one.conduct is not None][-TOGETHER:]
    if watched.newest.conduct is None or len(newest) < TOGETHER:
        return GO_ON
    now, accepted = newest[-1], watched.accepted
    first = now.agreed_first
    if accepted is not None and accepted.conduct is not None:
        first = min(first, accepted.conduct.agreed)
    labelled = sum(one.labelled for one in newest)
    share, usual = sum(one.agreed for one in newest) / labelled, first / now.labelled
    surely = rise_of_share(1 - share, labelled, 1 - usual, now.labelled)
    if share >= now.bound or surely <= settings.z:
        return GO_ON
    return Decision(
        Action.PAUSE,
        share,
        now.bound,
        f"the constitution's judge agrees with {now.agreed} of {now.labelled} labelled answers, "
        f"and did with {first} ({surely:.1f} standard errors over {TOGETHER} generations); "
        f"{now.bound:.0%} is asked",
    )


TOGETHER = 2
"""Generations that are counted together."""

JUDGE = Rail(
    name="judge",
    summary="the constitution's judge agrees with fewer labelled answers than the recipe asks, and "
    "than before the search",
    cure="find out what has changed in the judge, or in what stands behind its address: what it "
    "has said since of leaders does not count",
    settings=JudgeRailSettings,
    judge=judge,
)
