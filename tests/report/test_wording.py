from dataclasses import replace

import pytest

from evomerge.report.verdict_json import verdict_from_json
from evomerge.report.wording import (
    describe_front,
    describe_items,
    describe_opening,
    describe_p,
    describe_times,
    remarks,
    summary,
)
from tests.report.history import CHOICE, FLAG, FRONT, VERDICT
from tests.report.test_verdict_json import RELEASED


def test_a_verdict_in_a_sentence():
    assert summary(VERDICT) == (
        "promoted, 1 flagged: 0.750 against 0.500 of the best parent (A) on 12 sealed items in 10 "
        "groups: +0.250, 94 % interval +0.125 to +0.375, p = 0.001 (level 0.03)"
    )
    nothing = replace(VERDICT, best=None, comparisons={}, flags=(), reasons=("A is missing",))
    assert summary(nothing) == "refused: nothing can be proved"


def test_an_earlier_verdict_says_whose_it_is():
    verdict = verdict_from_json(RELEASED)
    assert summary(verdict) == (
        "promoted by evomerge 0.1.0: 0.825 against 0.575 of the best parent (zoo:largest) on 40 "
        "sealed items: +0.250, p = 0.01"
    )
    assert remarks(verdict) == []


def test_whatever_else_there_is_to_know_is_said():
    assert remarks(replace(VERDICT, reasons=("t: not kept",))) == [
        "winner's curse: +0.125 ± 0.062 (search items 0.750, validation items 0.625, of which the "
        "items themselves +0.031)",
        "floor of t: kept, +0.250 against A (lower bound +0.125, margin 0.1)",
        "4 of the sealed items had been looked at before, some of them once (runs/before, zoo:a)",
        "opening 2 of these sealed items: the level of its tests is 0.03",
        "no registry is kept: openings by other runs are not counted",
        "flag: t: half of the answers are cut",
        "refused: t: not kept",
    ]


def test_a_flag_of_validation_items_is_told_once():
    told = [line for line in remarks(replace(VERDICT, flags=())) if line.startswith("flag")]
    assert told == [f"flag, on validation items: {FLAG.sentence}"]
    second = replace(VERDICT, flags=(), finalist=1)
    assert not [line for line in remarks(second) if line.startswith("flag")]


def test_many_lookers_are_counted():
    looks = replace(VERDICT.opening.looks, most=3, where=("a", "b", "c", "d", "e"))
    first = describe_opening(replace(VERDICT.opening, looks=looks))[0]
    assert first.endswith("some of them 3 times (a, b, c and 2 more)")


@pytest.mark.parametrize("count, word", [(1, "once"), (2, "twice"), (3, "3 times")])
def test_how_often(count, word):
    assert describe_times(count) == word


def test_items_and_p_values():
    whole = replace(VERDICT.comparisons["A"].fitness, units=12)
    against = replace(VERDICT.comparisons["A"], fitness=whole)
    alone = replace(VERDICT, comparisons={"A": against})
    assert describe_items(alone) == "12 sealed items"
    assert (describe_p(0.0123), describe_p(1e-9)) == ("p = 0.012", "p < 1e-06")


def test_a_front_in_a_sentence():
    assert describe_front(CHOICE) == []
    assert describe_front(FRONT) == [
        "on the front of the validation items are 2 of 2 finalists (0, 1), with its knee at 1; "
        "they cover a hypervolume of 0.3750 above the lowest scores of what was not searched for "
        "(sums 0.250, words 0.000); the winner was chosen by knee"
    ]
