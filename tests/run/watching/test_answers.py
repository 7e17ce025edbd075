import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Generated, Likely, to_plain
from evomerge.run.watching.answers import distance, entropy, said


def test_a_text_is_itself_and_a_choice_its_position():
    assert said(to_plain([Generated(" Forty-Two\n", 3, True), Generated("no", 1, True)])) == (
        "forty-two"
    )
    assert said(to_plain([Likely(-2.0, False), Likely(-0.5, False), Likely(-1.0, True)])) == "1"
    assert said(to_plain([Likely(-2.0, False)])) == "0"


def test_entropy_in_bits():
    assert entropy([]) == entropy(["a", "a"]) == 0.0
    assert entropy("abcd") == pytest.approx(2.0)
    assert entropy("aaab") == pytest.approx(0.8113, abs=1e-4)


def test_answers_are_as_far_apart_as_they_share_no_words():
    assert distance("", "") == distance("a b", "b a") == 0.0
    assert distance("a b", "c d") == distance("", "c") == 1.0
    assert distance("a b c", "a b d") == pytest.approx(0.5)


@given(st.text(), st.text())
def test_a_distance_is_a_share_and_alike_both_ways(one, other):
    assert 0 <= distance(one, other) == distance(other, one) <= 1
