"""Answers exchanged between items: each for another one of about its length."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Generated, Generation, Likelihood, Likely
from evomerge.score.audits.control import exchanged
from evomerge.score.audits.donors import donors
from evomerge.score.items.item import Item

FEW = st.lists(st.sampled_from(["yes", "no", "perhaps", "", "maybe"]), max_size=40)
MANY = st.lists(st.text("ab", max_size=9), max_size=40)


def given_to(answers, ids=None):
    ids = ids or [f"{n:03}" for n in range(len(answers))]
    return donors(answers, [len(answer) for answer in answers], ids)


@given(FEW | MANY)
def test_every_answer_is_given_to_one_item_and_to_none_its_own(answers):
    chosen = given_to(answers)
    assert sorted(chosen) == list(range(len(answers)))
    if len(answers) > 1:
        assert all(donor != place for place, donor in enumerate(chosen))


@given(FEW | MANY)
def test_equal_answers_are_exchanged_only_where_nothing_else_is_left(answers):
    same = sum(answers[donor] == answers[place] for place, donor in enumerate(given_to(answers)))
    most = max(Counter(answers).values(), default=0)
    assert same == max(0, 2 * most - len(answers))


@given(FEW | MANY, st.randoms(use_true_random=False))
def test_the_order_of_the_items_decides_nothing(answers, chance):
    ids = [f"{n:03}" for n in range(len(answers))]
    order = list(range(len(answers)))
    chance.shuffle(order)

    def by_id(ids, answers):
        return {ids[place]: ids[donor] for place, donor in enumerate(given_to(answers, ids))}

    assert by_id(ids, answers) == by_id([ids[i] for i in order], [answers[i] for i in order])


@given(st.lists(st.text(max_size=30), unique=True, min_size=3, max_size=60))
def test_different_answers_come_from_near_by_and_never_as_a_swap(answers):
    chosen = given_to(answers)
    ranks = {place: rank for rank, place in enumerate(sorted(range(len(answers)), key=lambda i: (
        len(answers[i]), answers[i])))}  # fmt: skip
    assert all(abs(ranks[place] - ranks[donor]) <= 4 for place, donor in enumerate(chosen))
    assert all(chosen[chosen[place]] != place for place in range(len(answers)))


@pytest.mark.parametrize("answers", [["a"] * 9, ["x", "y"] * 4, ["yes"] * 5 + ["no"] * 5])
def test_answers_of_one_length_are_not_merely_swapped(answers):
    chosen = given_to(answers)
    assert all(chosen[chosen[place]] != place for place in range(len(answers)))


def asked(n, kind=Generation, count=1):
    request = Generation((1,), (), 9) if kind is Generation else Likelihood((1, 2), 1)
    return Item("t", f"{n:03}", n, (request,) * count)


@given(MANY, st.integers(0, 5))
def test_a_judge_of_the_answer_alone_gives_the_same_mean(answers, seed):
    items = [asked(n) for n in range(len(answers))]
    said = [(Generated(answer, 1, True),) for answer in answers]
    judge = random.Random(seed).random

    def graded(responses, known={}):  # noqa: B006 - one opinion of each text
        return sorted(known.setdefault((seed, r.text), judge()) for (r,) in responses)

    if len(items) != 1:
        assert graded(exchanged(items, said, answers)) == graded(said)


def test_items_that_were_asked_otherwise_keep_apart():
    items = [asked(0), asked(1, Likelihood, 3), asked(2), asked(3, Likelihood, 3), asked(4)]
    items += [asked(5, Likelihood, 2)]
    said = [
        tuple(
            Generated(f"{item.doc_id}", 1, True)
            if isinstance(request, Generation)
            else Likely(-float(item.doc_id), False)
            for request in item.requests
        )
        for item in items
    ]
    found = exchanged(items, said, [f"{n}" for n in range(6)])
    assert (found[1], found[3]) == (said[3], said[1])
    assert {found[0][0].text, found[2][0].text, found[4][0].text} == {"0", "2", "4"}
    assert found[5] == (Likely(0.0, False),) * 2


def test_choices_are_exchanged_by_their_place():
    items = [asked(n, Likelihood, 3) for n in range(6)]
    said = [tuple(Likely(-float(n), False) for _ in range(3)) for n in range(6)]
    assert exchanged(items, said) == said[3:] + said[:3]
