"""Scores with credit for right answers in the text."""

from evomerge.engine.request import Generated, Likely
from evomerge.ledger import ItemScore
from evomerge.score.grading.credited import credited
from evomerge.score.items.item import Item

ITEMS = [Item("t", name, n, (), f"question {name}?") for n, name in enumerate("abc")]
GOLDS = {"a": ["Lisbon"], "b": ["Madrid"], "c": ["Rome"]}


def scores(*values):
    return [ItemScore("t", item.id, value) for item, value in zip(ITEMS, values, strict=True)]


def said(*texts):
    return [(Generated(text, 1, True),) for text in texts]


def test_a_right_answer_in_other_words_has_credit():
    found = credited(ITEMS, said("It is Lisbon.", "Paris", "Rome"), scores(0, 0, 1), GOLDS)
    assert [score.value for score in found] == [1.0, 0.0, 1.0]
    assert [score.key for score in found] == [item.key for item in ITEMS]


def test_who_says_everything_has_less():
    every = "Lisbon, Madrid, Rome"
    found = credited(ITEMS, said(every, every, every), scores(0, 0, 0), GOLDS)
    assert all(score.value < 0.5 for score in found)


def test_no_score_is_lowered_and_what_is_no_text_has_no_credit():
    responses = [(Likely(-1.0, True),), *said("no", "no")]
    assert credited(ITEMS, responses, scores(0, 1, 0), GOLDS) == scores(0, 1, 0)
