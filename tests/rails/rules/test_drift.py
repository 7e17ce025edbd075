from evomerge.rails.rules.drift import DRIFT
from tests.rails.histories import generation, goes_on, model, of_entries, pauses, task


def later(changed, validation=0.7, items=100):
    leader = model("later", t=task(validation=validation, changed=changed, changed_items=items))
    return of_entries(generation(), generation(0, leader, cycle=2))


def test_answers_that_change_without_gain_pause():
    assert "differ by 0.80 of their words" in pauses(DRIFT, later(0.8))
    assert goes_on(DRIFT, later(0.6))
    assert goes_on(DRIFT, later(0.8, validation=0.95)), "who gains must answer otherwise"
    assert goes_on(DRIFT, later(0.8, items=6)), "not surely"


def test_in_the_first_cycle_there_is_nothing_to_drift_from():
    assert goes_on(DRIFT, later(None, items=0))


def test_what_a_person_accepted_must_grow():
    history = later(0.8)
    more = generation(1, history.newest.leader, cycle=2)
    assert goes_on(DRIFT, of_entries(*history.entries, more).since((2, 0)))
