"""What a run is doing, from what it has recorded."""

from __future__ import annotations

from collections.abc import Container, Mapping
from enum import StrEnum

from evomerge.ledger import (
    PROBES,
    AdapterTrained,
    CycleEnded,
    Fact,
    Finished,
    GenerationWatched,
    ItemsMade,
    ItemsOpened,
    Part,
    SessionBegan,
    Split,
    TrainingBegan,
    TrainingFailed,
    WinnerExplained,
    WritingBegan,
)


class Phase(StrEnum):
    """What a run is doing."""

    CHECKING = "checking"
    PARENTS = "scoring parents"
    SEARCH = "searching"
    LAST_RACE = "scoring the best on all search items"
    VALIDATION = "scoring validation items"
    WRITING = "writing items"
    TRAINING = "training an adapter"
    OPENED = "test items opened"
    TEST = "scoring test items"
    FINISHED = "finished"


BETWEEN = Phase.WRITING, Phase.TRAINING
"""What is done between two cycles: no candidate is asked an item then."""

_BEGUN: Mapping[type, Phase] = {
    SessionBegan: Phase.PARENTS,
    GenerationWatched: Phase.SEARCH,  # validation items were asked for the rails
    CycleEnded: Phase.LAST_RACE,
    WritingBegan: Phase.WRITING,
    TrainingBegan: Phase.TRAINING,
    ItemsMade: Phase.SEARCH,
    AdapterTrained: Phase.SEARCH,
    TrainingFailed: Phase.SEARCH,
    ItemsOpened: Phase.OPENED,
    Finished: Phase.FINISHED,
    WinnerExplained: Phase.FINISHED,
}
"""What begins once one of these is on record."""


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
        begins = phase is Phase.PARENTS and what.digest not in baselines
        return Phase.SEARCH if begins or phase in BETWEEN else phase
    return _BEGUN.get(type(what), phase)


def _is_of_probes(part: Part) -> bool:
    """Whether it holds answers for a constitution's judge, who looks at them while all goes on."""
    return any(score.task == PROBES for score in part.scores)
