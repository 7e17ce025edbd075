"""Candidates that cannot be scored, more and more of them: NaN in weights or log-likelihoods."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from evomerge.ledger import GenerationWatched
from evomerge.rails.decision import GO_ON, Action, Decision
from evomerge.rails.evidence import rise_of_share
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun

LATELY = 2
"""Generations whose share is compared with all before them."""


class FailureSettings(RailSettings):
    """Settings of the rail `failures`."""

    z: float = Field(3.5, gt=0, description="standard errors by which the share must have risen")
    least: float = Field(0.15, ge=0, lt=1, description="by how much it must have risen")
    all_of: int = Field(
        3, ge=2, description="generations in a row of which none could be scored stop the run"
    )


def judge(watched: WatchedRun, settings: FailureSettings) -> Decision:
    """Hold the failures of the last generations against those before.

    Generations of which nobody could be scored stop the run: it cannot come to anything, and no
    reason changes that.
    """
    last = watched.entries[-settings.all_of :]
    if len(last) == settings.all_of and all(one.failed == one.candidates for one in last):
        return Decision(
            Action.STOP,
            len(last),
            settings.all_of,
            f"none of the {sum(one.candidates for one in last)} candidates of the last {len(last)} "
            "generations could be scored",
        )
    entries = watched.entries if watched.accepted is None else (watched.accepted, *watched.entries)
    before, failed_before = _counts(entries[:-LATELY])
    lately, failed = _counts(entries[-LATELY:])
    if not before or not lately:
        return GO_ON
    now, usual = failed / lately, failed_before / before
    surely = rise_of_share(now, lately, usual, before)
    if now - usual <= settings.least or surely <= settings.z:
        return GO_ON
    return Decision(
        Action.PAUSE,
        now - usual,
        settings.least,
        f"{failed} of {lately} candidates of the last {LATELY} generations could not be scored, "
        f"{failed_before} of {before} before ({surely:.1f} standard errors)",
    )


def _counts(entries: Sequence[GenerationWatched]) -> tuple[int, int]:
    """How many candidates there were, and how many of them could not be scored."""
    return sum(one.candidates for one in entries), sum(one.failed for one in entries)


FAILURES = Rail(
    name="failures",
    summary="ever more candidates cannot be scored (pause); none of three generations can (stop)",
    cure="the report has their reasons; NaN often begins in one parent, or at weights that are too "
    "large",
    settings=FailureSettings,
    judge=judge,
    stops=True,
)
