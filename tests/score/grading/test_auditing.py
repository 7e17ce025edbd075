"""Answers looked at, by what kind of answers they are."""

import pytest

from evomerge.engine.request import Generated, Likely
from evomerge.errors import TrialError
from evomerge.ledger import ItemScore
from evomerge.score.grading.auditing import Audited, Auditing
from evomerge.score.items.item import Item

ITEMS = [Item("t", name, n, ()) for n, name in enumerate("abcd")]
GOLD = {"a": "1", "b": "2", "c": "3", "d": "4"}


def graded(items, responses):
    return [
        ItemScore(item.task, item.id, float(answer.text == GOLD[item.id]))
        for item, (answer,) in zip(items, responses, strict=True)
    ]


def extracted(items, responses):
    return [answer.text for (answer,) in responses]


def auditing(kind, grade=graded, right=lambda item: [0]):
    return Auditing(kind, lambda item: GOLD[item.id], right, extracted, grade)


def texts(*said):
    return [(Generated(text, 3, text != "cut"),) for text in said]


def test_texts_are_audited_with_others_answers_as_a_control():
    found = auditing("texts").audit(ITEMS, texts("1", "2", "cut", ""), [1.0, 1.0, 0.0, 0.0])
    assert (found.items, found.score, found.control) == (4, 0.5, 0.0)
    assert (found.truncated, found.empty, found.tokens_mean) == (0.25, 0.25, 3.0)
    assert found.asked


def test_of_choices_the_most_likely_is_what_was_chosen():
    responses = [(Likely(-2.0, False), Likely(-1.0, False))] * 3 + [
        (Likely(-1.0, False), Likely(-2.0, False))
    ]
    found = auditing("choices", lambda items, said: [ItemScore("t", i.id, 0.0) for i in items])
    audit = found.audit(ITEMS, responses, [0.0, 0.0, 0.0, 1.0])
    assert (audit.common, audit.gold_common, audit.control) == (0.75, 1.0, 0.0)


def test_what_is_neither_has_a_score_alone():
    found = auditing("neither").audit(ITEMS, texts("1", "2", "3", "4"), [0.5] * 4)
    assert (found.score, found.control, found.common) == (0.5, None, 0.0)


def test_answers_that_cannot_be_judged_as_others_have_no_control():
    def refuses(items, responses):
        raise TrialError("not so")

    assert auditing("texts", refuses).audit(ITEMS, texts(*"1234"), [1.0] * 4).control is None


def test_facts_are_of_texts_and_of_the_first_answer():
    facts = auditing("texts").facts(ITEMS[:2], texts("1", "[invalid]"))
    assert [(one.item, one.text, one.extracted, one.gold) for one in facts] == [
        ("a", "1", "1", "1"),
        ("b", "[invalid]", None, "2"),
    ]
    assert auditing("choices").facts(ITEMS, []) == auditing("neither").facts(ITEMS, []) == []


def test_who_is_audited_says_only_by_what():
    class Own(Audited):
        auditing = auditing("neither")

    assert Own().audit(ITEMS, texts(*"1234"), [0.25] * 4).score == 0.25
    assert Own().facts(ITEMS, texts(*"1234")) == []
    with pytest.raises(TypeError, match="abstract"):
        Audited()
