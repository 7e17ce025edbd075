"""What stands around a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.bare.wrapping import BEFORE, BEHIND, labelled, unwrapped


@pytest.mark.parametrize(
    "said, expected",
    [
        ("pleasewhatis12+7answer", "12+7"),
        ("12+7=theansweris", "12+7"),
        ("ducksquack", "ducksquack"),
        ("ducksquackducksquack", "ducksquack"),
        ("pleaseducksquackpleaseducksquackthanks", "ducksquack"),
        ("12+7 12+7", "12+7"),
        ("3+33+3", "3+33+3"),
        ("12 12", "12 12"),
        ("haha", "haha"),
        ("[(12+7)]answer", "12+7"),
        ("(1+2)*(3+4)", "(1+2)*(3+4)"),
        ("()", "()"),
        ("please", ""),
        ("", ""),
    ],
)
def test_the_question_is_left_once(said, expected):
    assert unwrapped(said) == expected


@given(
    st.lists(st.sampled_from(sorted(BEFORE))),
    st.lists(st.sampled_from(sorted(BEHIND))),
    st.integers(1, 4),
)
def test_whatever_is_put_around_it_comes_off(before, behind, times):
    wrapped = "".join([*before, "duck12+7geese" * times, *behind])
    assert unwrapped(wrapped) == "duck12+7geese"
    assert unwrapped(wrapped * 2) == "duck12+7geese"


def test_an_attack_ends():
    assert unwrapped("please" * 3000 + "duck" + "answer" * 3000)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Question 12: 5 ducks", "question: 5 ducks"),
        ("problem no. 3) ducks", "question: ducks"),
        ("problem 12 - 7", "problem 12 - 7"),
        ("question 1.5 ducks", "question 1.5 ducks"),
        ("see problem 3: why", "see problem 3: why"),
        ("1. what", "what"),
        ("(b) what", "what"),
        ("- what", "what"),
        ("→ what", "what"),
        ("[INST] what [/INST]", "\n what \n"),
        ("<|user|>what<|assistant|>", "\nwhat\n"),
        ("- sin x", "- sin x"),
        ("-5 + 3", "-5 + 3"),
        ("12 ducks", "12 ducks"),
    ],
)
def test_what_counts_a_question_goes(text, expected):
    assert labelled(text.lower()) == expected


def test_letters_before_a_colon_are_labels_only_where_they_stand_alone():
    assert unwrapped(labelled("q: duck a:").replace(" ", "")) == "duck"
    assert unwrapped(labelled("vitamina: duck").replace(" ", "")) == "vitamina:duck"
    assert unwrapped(labelled("q:vitamina:ducka:", closed=True)) == "vitaminaduck"
