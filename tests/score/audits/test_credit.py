import pytest

from evomerge.score.audits import credit
from evomerge.score.audits.credit import OTHERS

GOLDS = {f"i{n:02d}": [str(100 + n)] for n in range(30)}


def credit_for(texts, golds, right, questions=None):
    return credit.credit_for(texts, questions or dict.fromkeys(texts, ""), golds, right)


def test_a_right_answer_in_another_form_has_all_credit():
    texts = {item: f"So it is **{gold}.00** apples." for item, (gold,) in GOLDS.items()}
    assert credit_for(texts, GOLDS, ()) == dict.fromkeys(GOLDS, 1.0)


def test_a_wrong_answer_has_none_and_one_graded_right_is_left_alone():
    texts = dict.fromkeys(GOLDS, "So it is 7.") | {"i03": "103", "i04": "104!"}
    assert credit_for(texts, GOLDS, {"i03"}) == {"i04": 1.0}


def test_who_says_everything_says_nothing():
    everything = ", ".join(gold for (gold,) in GOLDS.values())
    assert credit_for(dict.fromkeys(GOLDS, everything), GOLDS, ()) == dict.fromkeys(GOLDS, 0.0)
    answers = {f"i{n:02d}": [["yes", "no"][n % 2]] for n in range(20)}
    assert set(credit_for(dict.fromkeys(answers, "yes and no"), answers, ()).values()) == {0.0}


def test_what_is_said_on_the_way_costs_little():
    """One of the ten others that are looked for stands there as well."""
    texts = {**dict.fromkeys(GOLDS, ""), "i00": "first 101, then it is 100"}
    assert credit_for(texts, GOLDS, ()) == pytest.approx({"i00": 1 - 1 / OTHERS})


def test_where_all_answers_are_the_same_there_is_nothing_to_hold_them_against():
    same = {item: ["42"] for item in GOLDS}
    assert credit_for({**dict.fromkeys(GOLDS, ""), "i00": "42."}, same, ()) == {"i00": 1.0}


def test_where_another_form_is_asked_for_no_other_is_right():
    golds = {"i0": ["six sept"], "i1": ["deux"], "i2": ["1,000,000"], "i3": ["Paris"]}
    questions = {
        "i0": "67 in french =",
        "i1": "1 + 1 in french =",
        "i2": "Put commas into 1000000.",
        "i3": "Paris or Rome?",
    }
    texts = {"i0": "67", "i1": "2", "i2": "1000000", "i3": "**Paris**"}
    assert credit_for(texts, golds, (), questions) == {"i1": 1.0, "i3": 1.0}
