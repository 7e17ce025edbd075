"""A question as it is compared."""

import numpy as np
import pytest

from evomerge.score.wording.question import SUM_NUMBERS, WORD, Question

TEXT = "Anna has 12 apples. Ben gives her 30 more. 7 + 5 ="


def test_words_and_sentences_are_counted():
    question = Question.of(TEXT, "42")
    assert len(question.sentences) == 3
    assert question.sentence.tolist() == sorted(question.sentence.tolist())
    assert len(question.units) == len(question.sentence) == len(question.costs)
    assert (question.sentence == 2).sum() == 1, "numbers and signs alone are one unit"
    assert set(question.costs.tolist()) == {WORD}
    assert question.answer == ("42",)


def test_a_character_of_a_script_without_spaces_costs_half():
    assert set(Question.of("全体で何巻必要", "").costs.tolist()) == {1}


@pytest.mark.parametrize("text", ["", "  \n", "\u200b"])
def test_nothing_is_no_question(text):
    assert Question.of(text, "1") is None


@pytest.mark.parametrize(
    "text, gold, computed",
    [(TEXT, "42", True), (TEXT, "Anna", False), ("Who has apples?", "42", False)],
)
def test_a_sum_has_numbers_and_a_number_as_its_answer(text, gold, computed):
    assert Question.of(text, gold).is_computed is computed


def test_many_numbers_are_in_many_words():
    many = " ".join(f"Word number {n} of this long story here." for n in range(2, 2 + SUM_NUMBERS))
    assert Question.of(many, "").has_many_numbers
    assert not Question.of("2 3 4 5 6", "").has_many_numbers
    assert not Question.of(many.replace("4", "3"), "").has_many_numbers


def test_grams_of_some_sentences_are_those_of_the_text_without_the_others():
    one = Question.of(TEXT, "")
    kept = np.array([True, False, True])
    other = Question.of("Anna has 12 apples. 7 + 5 =", "")
    assert one.grams_of(kept).tolist() == other.grams.tolist()
    assert one.grams_of(np.ones(3, bool)) is one.grams


def test_what_stands_beside_the_same_words_is_covered():
    one = Question.of("the red train leaves early", "")
    other = Question.of("a red train leaves late", "")
    everything = np.ones(1, bool)
    assert one.covered(other, everything).tolist() == [False, True, True, True, False]
    assert not one.covered(other, ~everything).any()
