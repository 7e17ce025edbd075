"""What the parents' scores and answers say of a task."""

import pytest

from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.cautions.scores import mishaps, tells_nobody_apart


@pytest.mark.parametrize(
    "scores, told",
    [
        ({"A": [0, 0, 0], "B": [0, 0, 0]}, "score 0 on each of its 3 search items"),
        ({"A": [1, 1], "B": [1, 1]}, "score 1 on each of its 2 search items"),
        ({"A": [0, 1], "B": [0, 1]}, "score the same on each of its 2 search items"),
        ({"A": [0, 1], "B": [1, 0]}, None),
        ({"A": [0, 0], "B": [0, 1e-9]}, None),
        ({"A": [0, 1]}, None),
        ({"A": [0, 0]}, "score 0 on each of its 2 search items"),
        ({"A": [], "B": []}, None),
    ],
)
def test_tasks_that_tell_nobody_apart(scores, told):
    assert tells_nobody_apart(scores) == told


def answer(text, extracted=None, finished=True):
    return AnswerFacts("t", "i", text, extracted, finished, 3, "74")


GOOD = answer("so 74", "74")
CUT = answer("first we add", None, finished=False)
MUTE = answer("  ")
ODD = answer("seventy-four")


@pytest.mark.parametrize(
    "given, score, told",
    [
        (CUT, 0, "50% of A's answers are cut at the token limit, as 'first we add', where '74' is"),
        (CUT, 1, None),
        (MUTE, 0, "50% of A's answers are empty"),
        (ODD, 0, "50% of A's answers have nothing in them that the filter can extract, as 'seven"),
        (ODD, 1, None),
        (GOOD, 0, None),
    ],
)
def test_what_befell_many_answers_that_scored_nothing(given, score, told):
    answers = {"A": [given, GOOD, given, GOOD], "B": [GOOD] * 4}
    scores = {"A": [score, 1, score, 1], "B": [1, 0, 0, 1], "uniform": [0, 0, 0, 0]}
    found = [*mishaps(answers, scores)]
    assert [told in sentence for sentence in found] == ([] if told is None else [True])


def test_what_is_rare_is_not_told():
    answers, scores = {"A": [CUT, *[GOOD] * 19]}, {"A": [0.0, *[1.0] * 19]}
    assert not [*mishaps(answers, scores)]
    assert [*mishaps({"A": answers["A"][:10]}, {"A": scores["A"][:10]})]


def test_long_answers_are_shown_by_both_ends():
    (told,) = mishaps({"A": [answer("x" * 500 + "end", None, finished=False)]}, {"A": [0]})
    assert "xxx … " in told
    assert "end'" in told
    assert len(told) < 300
