"""What a run is doing, from what it has recorded."""

from __future__ import annotations

from collections.abc import Container
from enum import StrEnum

from evomerge.ledger import (
    PROBES,
    CycleEnded,
    Fact,
    Finished,
    GenerationWatched,
    ItemsOpened,
    Part,
    SessionBegan,
    Split,
    WinnerExplained,
)


class Phase(StrEnum):
    """What a run is doing."""

    CHECKING = "checking"
    PARENTS = "scoring parents"
    SEARCH = "searching"
    LAST_RACE = "scoring the best on all search items"
    VALIDATION = "scoring validation items"
    OPENED = "test items opened"
    TEST = "scoring test items"
    FINISHED = "finished"


def phase_after(phase: Phase, what: Fact, baselines: Container[str]) -> Phase:
    """What a run is doing once something has been recorded.

    Args:
        baselines: digests of the parents and of their uniform merge.
    """
    if isinstance(what, Part):
        if what.split == Split.VALIDATION:
            return phase if _is_of_probes(what) else Phase.VALIDATION
        if what.split == Split.TEST:
            return Phase.TEST
        return Phase.SEARCH if phase is Phase.PARENTS and what.digest not in baselines else phase
    if isinstance(what, SessionBegan):
        return Phase.PARENTS
    if isinstance(what, GenerationWatched):  # validation items were asked for the rails
        return Phase.SEARCH
    if isinstance(what, CycleEnded):
        return Phase.LAST_RACE
    if isinstance(what, ItemsOpened):
        return Phase.OPENED
    return Phase.FINISHED if isinstance(what, Finished | WinnerExplained) else phase


def _is_of_probes(part: Part) -> bool:
    """Whether it holds answers for a constitution's judge, who looks at them while all goes on."""
    return any(score.task == PROBES for score in part.scores)
