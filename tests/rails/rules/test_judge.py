"""A judge that no longer says what it said of labelled answers."""

from evomerge.ledger import ConductWatched
from evomerge.rails.rules.judge import JUDGE
from tests.rails.histories import generation, goes_on, of_entries, pauses


def seen(agreed, first=20, labelled=20, bound=0.8):
    return ConductWatched(40, 0, 0, labelled, agreed, first, bound)


def after(*conducts):
    return of_entries(*(generation(n, conduct=one) for n, one in enumerate(conducts)))


def test_a_judge_that_calls_all_fine_pauses_within_two_generations():
    told = pauses(JUDGE, after(seen(20), seen(10), seen(10)))
    assert told.startswith("the constitution's judge agrees with 10 of 20 labelled answers")
    assert "and did with 20" in told
    assert "over 2 generations" in told
    assert "80% is asked" in told
    few = seen(4, 8, 8)
    assert "4 of 8" in pauses(JUDGE, after(seen(8, 8, 8), few, few))


def test_above_its_bound_or_as_good_as_ever_it_goes_on():
    assert goes_on(JUDGE, after(seen(16), seen(16)))
    assert goes_on(JUDGE, after(seen(15, first=16), seen(15, first=16))), "an error more is chance"
    assert goes_on(JUDGE, after(seen(20), seen(14))), "as is one bad generation"
    assert goes_on(JUDGE, after(None, None)), "no constitution"
    assert goes_on(JUDGE, after(seen(1))), "one generation is not enough"
    assert goes_on(JUDGE, after(seen(1), seen(1), None)), "nor is what was long ago"


def test_what_a_person_has_accepted_is_usual_from_there_on():
    assert goes_on(JUDGE, after(seen(10), seen(9), seen(10)).since((0, 0)))
    assert "with 1 of 20" in pauses(JUDGE, after(seen(10), seen(1), seen(1)).since((0, 0)))
