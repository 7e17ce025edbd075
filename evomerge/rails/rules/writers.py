"""A writer of items that teaches nothing: it repeats what there is, or asks what all can do."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from evomerge.rails.decision import Action, Decision, gravest
from evomerge.rails.evidence import is_surely_above
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun, WriterJudged


class WritersSettings(RailSettings):
    """Settings of the rail `writers`."""

    known: float = Field(
        0.5, gt=0, le=1, description="share of a writer's items that may be nearly known ones"
    )
    easy: float = Field(
        0.5, gt=0, le=1, description="share that may be solved by more than the recipe allows"
    )
    z: float = Field(3.0, gt=0, description="standard errors that a share must lie above its bound")


def judge(watched: WatchedRun, settings: WritersSettings) -> Decision:
    """Look at all writers of the newest cycle in which some wrote."""
    newest = max((one.cycle for one in watched.writers), default=0)
    own = [one for one in watched.writers if one.cycle == newest and one.drawn]
    return gravest(found for one in own for found in _decisions(one, settings))


def _decisions(one: WriterJudged, settings: WritersSettings) -> Iterator[Decision]:
    what = (
        (one.known, settings.known, "are nearly items that there are already, perhaps sealed ones"),
        (one.easy, settings.easy, "are solved by more of the population than the recipe allows"),
    )
    for count, bound, words in what:
        share = count / one.drawn
        if is_surely_above(share, bound, one.drawn, settings.z):
            yield Decision(
                Action.PAUSE,
                share,
                bound,
                f"{count} of {one.drawn} items that the writer {one.writer} wrote in cycle "
                f"{one.cycle} {words}",
            )


WRITERS = Rail(
    name="writers",
    summary="most of what a writer wrote is nearly known, sealed items included, or solved by all",
    cure="look at how the writer comes to its questions: whether it has seen the task's items, or "
    "repeats itself; if all can do what it asks, let it ask more",
    settings=WritersSettings,
    judge=judge,
)
