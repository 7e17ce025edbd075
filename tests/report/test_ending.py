import pytest

from evomerge.ledger import CycleEnded, CycleJudged, Ledger
from evomerge.recipe import Budget
from evomerge.report.ending import RANDOM, describe_ending, describe_gain, ending_of, endings
from evomerge.run.folder.extension import extend

SPENT = {"evaluations": 28, "minutes": 1.25, "tokens": 1234567}


@pytest.mark.parametrize(
    "ending, sentence",
    [
        (
            CycleEnded(0, 6, 2, "all equal", SPENT, {"evaluations": 300}),
            "the search ended early after 28 of 300 evaluations: all equal",
        ),
        (
            CycleEnded(0, 6, 2, None, SPENT, {"tokens": 1200000, "minutes": 20.0}),
            "the search ended after 28 evaluations, 1,234,567 of 1,200,000 tokens, 1.25 of 20 "
            "minutes",
        ),
        (
            CycleEnded(2, 6, 2, None, SPENT, {"evaluations": 28}),
            "the search of cycle 2 ended after 28 of 28 evaluations",
        ),
        (
            CycleEnded(RANDOM, 6, 2, None, SPENT, {"evaluations": 28}),
            "the random search ended after 28 of 28 evaluations",
        ),
        (CycleEnded(0, 6, 2, "all equal"), "the search ended early: all equal"),
    ],
)
def test_an_ending_says_after_how_much_of_what_and_why(ending, sentence):
    assert describe_ending(ending) == sentence


@pytest.mark.parametrize(
    "judged, sentence",
    [
        (
            CycleJudged(0, 0.75, 0.5, True, 0.1, 0.875, 0.5),
            "cycle 0 gains: its best finalist has 0.750 on validation items, the best of parents "
            "and uniform merge 0.500; elites differ by 0.100 an item, reach 0.875 together, and "
            "are akin by 0.50",
        ),
        (
            CycleJudged(1, None, 0.75, False, 0.0, 0.0, 1.0),
            "cycle 1 gains nothing: none of its finalists could be scored, the best before it "
            "0.750; elites differ by 0.000 an item, reach 0.000 together, and are akin by 1.00",
        ),
        (
            CycleJudged(1, 0.8, 0.75, True, 0.0, 0.0, 1.0, (7, 5)),
            "cycle 1 gains: its best finalist has 0.800 on validation items, the best before it "
            "0.750; elites differ by 0.000 an item, reach 0.000 together, and are akin by 1.00; "
            "those that can join another path have 7 and 5 layers",
        ),
        (
            CycleJudged(1, 0.74, 0.75, True, 0.0, 0.0, 1.0),
            "cycle 1 loses no more than noise: its best finalist has 0.740 on validation items, "
            "the best before it 0.750; elites differ by 0.000 an item, reach 0.000 together, and "
            "are akin by 1.00",
        ),
        (
            CycleJudged(1, 0.8, 0.75, True, 0.0, 0.0, 1.0, ()),
            "cycle 1 gains: its best finalist has 0.800 on validation items, the best before it "
            "0.750; elites differ by 0.000 an item, reach 0.000 together, and are akin by 1.00; "
            "none is more than a parent, so none can join another path",
        ),
    ],
)
def test_a_gain_says_over_what_and_how_alike_the_elites_are(judged, sentence):
    assert describe_gain(judged) == sentence


def test_how_a_search_had_ended_is_forgotten_when_it_is_extended(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(CycleEnded(0, 3, 2, None, SPENT))
        assert ending_of(ledger.events(), 0) == CycleEnded(0, 3, 2, None, SPENT)
        assert ending_of(ledger.events(), 1) is None
        extend(ledger, Budget(evaluations=300), None)
        assert endings(ledger.events()) == []
        ledger.record(CycleEnded(0, 9, 1, "all equal", SPENT))
        assert ending_of(ledger.events(), 0).generations == 9
