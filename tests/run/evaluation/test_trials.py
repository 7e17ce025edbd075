"""How offspring ended, recorded once."""

from dataclasses import replace

import pytest

from evomerge.errors import EvomergeError
from evomerge.ledger import Ledger, Place, Split, State, Trial
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.evaluation.trials import HOPELESS, Trials
from tests.run.fakes import prepared

FIRST, AGAIN = Place(0, 0, 1), Place(0, 3, 2)
OFFSPRING = Offspring(prepared().recipe, "d", FIRST)
TRIAL = Trial("d", "search", {}, State.SCORED, items=3, fitness=0.5, place=FIRST)


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


def test_an_ending_is_recorded_once_with_its_recipe(ledger):
    trials = Trials(ledger)
    recorded = trials.record(TRIAL, OFFSPRING)
    assert recorded.recipe == OFFSPRING.recipe.plain()
    assert trials.record(TRIAL, OFFSPRING).fitness == 0.5
    assert len(ledger.trials()) == 1


@pytest.mark.parametrize(
    "change", [{"fitness": 0.25}, {"items": 4}, {"state": State.PRUNED}, {"split": "validation"}]
)
def test_another_ending_is_recorded_beside_it(ledger, change):
    trials = Trials(ledger)
    trials.record(TRIAL, OFFSPRING)
    trials.record(replace(TRIAL, **change), OFFSPRING)
    assert len(ledger.trials()) == 2


def test_what_the_search_asks_for_later_is_recorded_with_its_place(ledger):
    trials = Trials(ledger)
    trials.record(replace(TRIAL, place=None), replace(OFFSPRING, place=None))
    trials.record(TRIAL, OFFSPRING)
    trials.record(replace(TRIAL, place=None), replace(OFFSPRING, place=None))
    assert [trial.place for trial in ledger.trials()] == [None, FIRST]


def test_a_place_is_the_first_one_and_of_the_search_alone(ledger):
    trials = Trials(ledger)
    assert trials.place(replace(OFFSPRING, place=AGAIN), Split.SEARCH) == AGAIN
    trials.note(TRIAL)
    assert trials.place(replace(OFFSPRING, place=AGAIN), Split.SEARCH) == FIRST
    assert trials.place(OFFSPRING, Split.VALIDATION) is None
    assert trials.place(replace(OFFSPRING, place=None), Split.SEARCH) is None


def test_what_was_lost_is_cancelled_and_no_ending(ledger):
    trials = Trials(ledger)
    trials.cancel([OFFSPRING], Split.SEARCH, "terminated")
    (cancelled,) = ledger.trials()
    assert (cancelled.state, cancelled.reason) == (State.CANCELLED, "terminated")
    again = Trials(ledger)
    again.note(cancelled)
    assert again.record(TRIAL, OFFSPRING).recipe


def failed(number):
    return replace(
        TRIAL, digest=f"d{number}", state=State.FAILED, fitness=None, reason="out of memory"
    )


def test_a_search_whose_first_candidates_all_fail_is_ended_with_the_reason(ledger):
    trials = Trials(ledger)
    for number in range(HOPELESS):
        trials.check_hope()
        trials.record(failed(number), OFFSPRING)
    told = r"none of the first 20 candidates could be scored, 20 .* reason: out of memory\."
    with pytest.raises(EvomergeError, match=told):
        trials.check_hope()
    again = Trials(ledger)
    for trial in ledger.trials():
        again.note(trial)
    with pytest.raises(EvomergeError, match=told):
        again.check_hope()


def test_a_search_goes_on_where_one_candidate_could_be_scored(ledger):
    trials = Trials(ledger)
    trials.record(TRIAL, OFFSPRING)
    for number in range(2 * HOPELESS):
        trials.record(failed(number), OFFSPRING)
    assert len(ledger.trials()) == 1 + 2 * HOPELESS
    trials.check_hope()
