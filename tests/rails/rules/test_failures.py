from evomerge.rails import Action
from evomerge.rails.rules.failures import FAILURES
from tests.rails.histories import decide, generation, goes_on, of_entries, pauses


def course(*failed):
    return of_entries(*(generation(n, failed=each) for n, each in enumerate(failed)))


def test_failures_that_creep_pause():
    told = pauses(FAILURES, course(0, 0, 0, 0, 1, 2, 5))
    assert told.startswith("7 of 24 candidates of the last 2 generations could not be scored, 1 of")
    assert goes_on(FAILURES, course(0, 0, 0, 0, 1, 2))


def test_a_search_of_which_some_always_fail_goes_on():
    assert goes_on(FAILURES, course(4, 5, 3, 4, 6, 4))
    assert goes_on(FAILURES, course(9, 9)), "there is nothing before to compare with"


def test_generations_that_all_fail_stop():
    decision = decide(FAILURES, course(0, 12, 12, 12))
    assert decision.action is Action.STOP
    assert decision.sentence.startswith("none of the 36 candidates of the last 3 generations")


def test_what_a_person_accepted_must_grow():
    assert goes_on(FAILURES, course(0, 0, 0, 5, 5, 5, 5).since((0, 4)))
