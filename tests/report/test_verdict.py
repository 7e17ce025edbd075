from dataclasses import replace

from evomerge.report.verdict import PROMOTED, REFUSED
from tests.report.history import VERDICT, comparison


def test_what_it_says_of_the_rival_that_looks_best():
    assert (VERDICT.winner, VERDICT.uniform, VERDICT.best_parent) == (0.75, 0.375, 0.5)
    assert (VERDICT.difference, VERDICT.interval) == (0.25, (0.125, 0.375))
    assert (VERDICT.items, VERDICT.units, VERDICT.level) == (12, 10, 0.03)
    assert (VERDICT.promoted, VERDICT.outcome) == (True, PROMOTED)


def test_where_a_rival_is_missing_there_is_nothing_to_compare():
    refused = replace(VERDICT, best=None, comparisons={}, reasons=("A could not be scored",))
    assert (refused.promoted, refused.outcome) == (False, REFUSED)
    nothing = (refused.best_parent, refused.difference, refused.interval)
    assert nothing == (None, None, None)
    assert (refused.items, refused.units) == (0, 0)


def test_a_gain_vanishes_that_is_no_longer_shown_when_graded_leniently():
    against = VERDICT.comparisons["A"]
    assert not against.vanishes
    assert replace(against, lenient=comparison(0.1, p_value=0.2)).vanishes
    assert not VERDICT.comparisons["B"].vanishes, "it was not graded leniently"
    lost = replace(against, fitness=comparison(-0.1), lenient=comparison(-0.1, p_value=0.9))
    assert not lost.vanishes, "there was no gain"
