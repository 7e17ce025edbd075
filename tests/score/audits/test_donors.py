"""Answers are exchanged for others' answers: each for another, and all of them."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.audits.donors import SMALLEST, donors

ANSWERS = st.lists(st.sampled_from(["yes", "no", "4", "17", "blue"]), min_size=2, max_size=40)


@given(ANSWERS)
def test_each_answer_is_given_to_one_item_and_none_to_its_own(answers):
    ids = [f"i{n}" for n in range(len(answers))]
    given_to = donors(answers, [*map(len, answers)], ids)
    assert sorted(given_to) == list(range(len(answers)))
    assert all(place != donor for place, donor in enumerate(given_to))
    most = max(Counter(answers).values())
    alike = sum(answers[place] == answers[donor] for place, donor in enumerate(given_to))
    assert alike <= max(0, 2 * most - len(answers)), "no more than must be get their like"


@given(ANSWERS, st.permutations(range(12)))
def test_the_order_of_the_items_decides_nothing(answers, order):
    answers = (answers * 12)[:12]
    ids, lengths = [f"i{n}" for n in range(12)], [len(answer) for answer in answers]
    first = donors(answers, lengths, ids)
    moved = donors(*([column[n] for n in order] for column in (answers, lengths, ids)))
    assert {ids[n]: ids[d] for n, d in enumerate(first)} == {
        ids[order[n]]: ids[order[d]] for n, d in enumerate(moved)
    }


def test_neighbours_by_length_exchange_answers():
    answers = ["1", "2", "3", "four", "five", "six"]
    given_to = donors(answers, [1, 1, 1, 4, 4, 4], [*"abcdef"])
    assert {*given_to[:SMALLEST]} == {0, 1, 2}
