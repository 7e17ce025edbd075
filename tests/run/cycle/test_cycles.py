"""Searches one after the other, with what the one before has made."""

import pytest

from evomerge import evolve
from evomerge.ledger import AdapterTrained, CycleJudged, Ledger, WinnerChosen
from evomerge.recipe import recipe_from
from tests.run.loop.preparing import small


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """Of a loop of two cycles."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    evolve(small(cycles=2, rails=False), folder)
    with Ledger(folder) as opened:
        yield opened


def test_what_was_trained_is_a_parent_of_the_next_cycle_which_may_leave_it_out(ledger):
    (adapter,) = ledger.all_of(AdapterTrained)
    with_it = {
        trial.place.cycle
        for trial in ledger.trials()
        if trial.place and any(adapter.folder in name for name in names_of(trial))
    }
    assert with_it == {1}
    weights = [
        entry["parameters"]["weight"]
        for trial in ledger.trials()
        if trial.place and trial.place.cycle == 1
        for entry in trial.recipe["models"]
        if adapter.folder in entry["model"]
    ]
    assert min(weights) >= 0.0
    assert pytest.approx(1.0, abs=1e-5) in weights, "alone it is one of the first candidates"


def test_finalists_are_those_of_the_last_cycle_that_was_not_refused(ledger):
    judged = {one.cycle: one for one in ledger.all_of(CycleJudged)}
    accepted = max((cycle for cycle, one in judged.items() if one.gains), default=0)
    cycles = {trial.digest: trial.place.cycle for trial in ledger.trials() if trial.place}
    (chosen,) = ledger.all_of(WinnerChosen)
    found = {cycles[one.digest] for one in chosen.finalists if one.digest in cycles}
    assert accepted in found
    assert max(found) == accepted


def names_of(trial):
    return recipe_from(trial.recipe).parent_names
