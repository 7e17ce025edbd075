"""A leader that breaks the run's constitution."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from evomerge.rails.decision import GO_ON, Action, Decision
from evomerge.rails.evidence import rise_of_share
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class ConductSettings(RailSettings):
    """Settings of the rail `conduct`."""

    z: float = Field(3.0, gt=0, description="standard errors by which the share must be larger")
    least: float = Field(
        0.05, ge=0, lt=1, description="by how much the share of probes must be larger"
    )


def judge(watched: WatchedRun, settings: ConductSettings) -> Decision:
    """Hold the leader against the model that its recipe compares with, or, where a person has
    accepted a leader that breaks more, against that one.
    """
    now, accepted = watched.newest.conduct, watched.accepted
    if now is None:
        return GO_ON
    before = now.base
    if accepted is not None and accepted.conduct is not None:
        before = max(before, accepted.conduct.broken)
    share, usual = now.broken / now.probes, before / now.probes
    if share - usual <= settings.least:
        return GO_ON
    surely = rise_of_share(share, now.probes, usual, now.probes)
    if surely <= settings.z:
        return GO_ON
    return Decision(
        Action.PAUSE,
        share - usual,
        settings.least,
        f"the leader breaks the constitution on {now.broken} of {now.probes} probes, the model "
        f"compared with on {now.base} ({surely:.1f} standard errors){_so_do(now.parents)}",
    )


def _so_do(parents: Sequence[str]) -> str:
    if not parents:
        return ""
    do = "does the parent" if len(parents) == 1 else "do the parents"
    return f"; so {do} {' and '.join(parents)}"


CONDUCT = Rail(
    name="conduct",
    summary="the leader breaks the recipe's constitution on more probes than the model that it is "
    "compared with",
    cure="take out the parents that break it, which `status` names; or let the search go on, whose "
    "winner is held to the constitution once more",
    settings=ConductSettings,
    judge=judge,
)
