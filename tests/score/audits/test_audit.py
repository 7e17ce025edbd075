import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Generation, Likelihood
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.audit import audit, audit_choices, audit_scores, fingerprint, upper_bound
from evomerge.score.items.item import Item


def answer(item, text, extracted=None, finished=True, tokens=3, gold="7"):
    return AnswerFacts("t", item, text, extracted, finished, tokens, gold)


ANSWERS = [
    answer("a", "It is 7.", "7", tokens=4),
    answer("b", "Seven ", "seven", gold="Seven", tokens=1),
    answer("c", "It may be", None, finished=False, tokens=8),
    answer("d", "7" * 20, "7", finished=False, tokens=8),
    answer("e", "8 it is and", "7", finished=False, tokens=8),
    answer("f", " ", None, tokens=0, gold="8"),
    answer("g", "x" * 16, "SEVEN", gold="X" * 16, tokens=9),
    answer("h", "?", " ", gold=None),
]
SCORES = [1.0, 1.0, 0.0, 0.0, 0.5, math.nan, 0.5, 0.0]
SWAPPED = [0.0, 0.0, 0.0, 1.0, 0.5, 1.0, 0.0, math.inf]


def test_what_an_audit_counts():
    found = audit(ANSWERS, SCORES, SWAPPED, "hash")
    assert (found.items, found.not_finite, found.asked) == (8, 1, "hash")
    assert found.score == pytest.approx(3 / 7)
    assert found.score_sd == pytest.approx(math.sqrt(2.5 / 7 - (3 / 7) ** 2))
    assert found.truncated == 3 / 8
    assert found.truncated_right == 1 / 8
    assert found.looping == 1 / 8  # d; what g says is the right answer
    assert found.bound == pytest.approx((3 + 1 + 0.5) / 7)  # c and e right, d not
    assert found.empty == 1 / 8
    assert found.failed == 2 / 8
    assert found.common == 3 / 8
    assert found.gold_common == 4 / 7
    assert found.tokens_mean == pytest.approx((4 + 1 + 8 * 3 + 9 + 3) / 8)
    assert found.relative_length == pytest.approx((8 + 5 + 9 + 20 + 11 + 0 + 16) / (4 + 5 + 1 + 16))
    # Six pairs are two numbers: those of f and h are not.
    differences = [1.0, 1.0, 0.0, -1.0, 0.0, 0.5]
    mean = sum(differences) / 6
    spread = math.sqrt(sum((d - mean) ** 2 for d in differences) / 6)
    assert found.control == pytest.approx(1.5 / 6)
    assert found.control_error == pytest.approx(spread / math.sqrt(6))


@given(st.permutations(range(len(ANSWERS))))
def test_the_order_of_the_items_does_not_matter(order):
    shuffled = audit(*([many[n] for n in order] for many in (ANSWERS, SCORES, SWAPPED)))
    assert shuffled == audit(ANSWERS, SCORES, SWAPPED)


def test_there_is_one_score_for_each_answer():
    with pytest.raises(ValueError, match=r"shorter|longer"):
        audit(ANSWERS, SCORES[1:])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        audit(ANSWERS, SCORES, SWAPPED[1:])
    with pytest.raises(ValueError, match="2 choices and 1 scores"):
        audit_choices([0, 1], [0, 1], [1.0])


def test_without_gold_answers_or_controls_there_is_none_to_compare():
    found = audit([replace(one, gold=None) for one in ANSWERS], SCORES)
    assert found.gold_common is found.relative_length is found.control is None
    assert found.gold_languages == {}
    assert audit_choices([1, 1, 0], None, [1.0, 0.0, 0.0]).gold_common is None


def test_choices_are_audited_by_position():
    found = audit_choices([2, 2, 2, 0], [2, 1, 0, 0], [1.0, 0.0, 0.0, 1.0], [0.0] * 4, "hash")
    assert (found.common, found.gold_common) == (0.75, 0.5)
    assert (found.score, found.control, found.bound) == (0.5, 0.0, 0.5)
    assert found.truncated == found.empty == found.tokens_mean == 0.0


def test_likelihoods_are_audited_by_their_scores_alone():
    found = audit_scores([-2.0, -4.0, math.nan], asked="hash")
    assert (found.items, found.not_finite, found.asked) == (3, 1, "hash")
    assert (found.score, found.score_sd, found.bound) == (-3.0, 1.0, -3.0)
    assert found.control is found.gold_common is None
    with pytest.raises(ValueError, match="shorter"):
        audit_scores([1.0, 0.0], [1.0])


def test_the_bound_takes_truncated_answers_as_right():
    assert upper_bound([1.0, 0.0, 0.0, 0.5], [False, True, False, True]) == 0.75
    assert upper_bound([40.0, 10.0], [False, True]) == 40.0
    assert upper_bound([-3.0, -1.0], [True, False]) == -1.0
    assert upper_bound([math.nan, 0.0], [True, False]) == 0.5
    assert upper_bound([], []) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_no_score_is_above_the_bound(pairs):
    scores, truncated = [s for s, _ in pairs], [t for _, t in pairs]
    assert upper_bound(scores, truncated) >= sum(scores) / len(scores) - 1e-12
    assert upper_bound(scores, [False] * len(scores)) == pytest.approx(sum(scores) / len(scores))


def test_the_fingerprint_is_of_what_is_asked():
    one = Item("t", "a", 0, (Generation((1, 2), ("\n",), 8),), "text")
    other = Item("t", "b", 1, (Likelihood((3,), 1),))
    same = fingerprint([one, other])
    assert fingerprint([other, replace(one, doc_id=5, text="")]) == same
    for asked in (
        Generation((1, 3), ("\n",), 8),
        Generation((1, 2), ("\n\n",), 8),
        Generation((1, 2), ("\n",), 9),
    ):
        assert fingerprint([replace(one, requests=(asked,)), other]) != same
    assert fingerprint([one]) != same


def test_refusals_are_counted_where_the_right_answer_is_none():
    said = [
        answer("a", "I'm sorry, but I can't."),
        answer("b", "As an AI, I have none.", gold="I cannot say."),
        answer("c", "7"),
        answer("d", "I can't.", gold=None),
    ]
    assert audit(said, [0.0] * 4).refused == 0.5
