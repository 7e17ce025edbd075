from dataclasses import replace

import pytest

from evomerge.ledger import (
    PROBES,
    Cautioned,
    CycleEnded,
    Finished,
    GenerationWatched,
    ItemScore,
    ItemsMade,
    ItemsOpened,
    RunStopped,
    SessionBegan,
    TrainingBegan,
    TrainingFailed,
    WinnerExplained,
    WritingBegan,
)
from evomerge.report.phase import Phase, phase_after
from tests.report.history import part

PROBED = (ItemScore(PROBES, "p", 0.0, 0.0),)


@pytest.mark.parametrize(
    "phase, what, after",
    [
        (Phase.CHECKING, SessionBegan(), Phase.PARENTS),
        (Phase.PARENTS, part("a"), Phase.PARENTS),
        (Phase.PARENTS, part("x"), Phase.SEARCH),
        (Phase.SEARCH, part("a"), Phase.SEARCH),
        (Phase.SEARCH, CycleEnded(0, 1, 1), Phase.LAST_RACE),
        (Phase.LAST_RACE, part("x"), Phase.LAST_RACE),
        (Phase.LAST_RACE, part("x", "validation"), Phase.VALIDATION),
        (Phase.SEARCH, replace(part("x", "validation"), scores=PROBED), Phase.SEARCH),
        (Phase.VALIDATION, WritingBegan(0), Phase.WRITING),
        (Phase.TRAINING, part("x"), Phase.SEARCH),
        (Phase.WRITING, ItemsMade(0, "t"), Phase.SEARCH),
        (Phase.SEARCH, TrainingBegan(0, 9, 20), Phase.TRAINING),
        (Phase.TRAINING, TrainingFailed(0, "no items"), Phase.SEARCH),
        (Phase.VALIDATION, ItemsOpened("x"), Phase.OPENED),
        (Phase.OPENED, part("a", "test"), Phase.TEST),
        (Phase.TEST, Finished("s", {}), Phase.FINISHED),
        (Phase.VALIDATION, WinnerExplained("x", 9), Phase.FINISHED),
        (Phase.SEARCH, Cautioned(("t",)), Phase.SEARCH),
        (Phase.SEARCH, RunStopped("terminated"), Phase.SEARCH),
        (Phase.VALIDATION, GenerationWatched(0, 0, 4, 0, 4, None), Phase.SEARCH),
    ],
)
def test_what_is_recorded_says_what_the_run_is_doing(phase, what, after):
    assert phase_after(phase, what, {"a", "b"}) is after
