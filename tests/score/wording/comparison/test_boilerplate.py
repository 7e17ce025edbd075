"""Sentences that most questions of a task share."""

from evomerge.score.wording.comparison.boilerplate import FEWEST, common_sentences
from evomerge.score.wording.question import Question

RULE = "Answer with one word alone."


def found(texts):
    return [mask.tolist() for mask in common_sentences([Question.of(t, "") for t in texts])]


def own(number):
    return f"What is the {'big ' * number}animal called?"


def test_what_more_than_half_have_is_shared():
    texts = [f"{own(n)} {RULE}" if n < 5 else own(n) for n in range(FEWEST)]
    assert found(texts) == [[False, True]] * 5 + [[False]] * 3


def test_what_half_have_is_not():
    texts = [f"{own(n)} {RULE}" if n < 4 else own(n) for n in range(FEWEST)]
    assert found(texts) == [[False, False]] * 4 + [[False]] * 4


def test_of_few_questions_nothing_is_shared():
    assert found([f"{own(n)} {RULE}" for n in range(FEWEST - 1)]) == [[False, False]] * (FEWEST - 1)


def test_a_sentence_counts_once_for_a_question_that_repeats_it():
    texts = [f"{RULE} {RULE}" if n == 0 else own(n) for n in range(FEWEST)]
    assert found(texts)[0] == [False, False]
