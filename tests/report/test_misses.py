import random

from hypothesis import given
from hypothesis import strategies as st

from evomerge.report.misses import FEWEST, misses_of, traits_of
from evomerge.report.solved import Solved, SolvedItem


def solved(questions, missed, task="t"):
    """Items of which the winner misses some."""
    items = tuple(
        SolvedItem(task, str(n), n, "test", (float(not wrong),), text, "", (None,))
        for n, (text, wrong) in enumerate(zip(questions, missed, strict=True))
    )
    return Solved(("winner",), frozenset(), items)


def test_a_word_that_missed_questions_share_is_found():
    questions = ["how many minus two"] * 20 + ["how many plus two"] * 60
    missed = [True] * 18 + [False] * 2 + [True] * 3 + [False] * 57

    first, *rest = misses_of(solved(questions, missed))

    assert first.shared == "the question says “minus”"
    assert {one.item for one in first.items} == {str(n) for n in range(18)}
    assert (first.share, first.others) == (0.9, 0.05)
    assert rest == []
    assert "18 missed items share" in first.sentence


def test_the_size_of_a_number_is_found():
    questions = [f"{n} times {n}" for n in (*range(1000, 1030), *range(10, 70))]
    (group,) = misses_of(solved(questions, [True] * 30 + [False] * 60))

    assert group.shared == "a number of 4 digits is in it"


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_groups_hold_missed_items_and_each_of_them_once(missed):
    questions = [f"question {'a' * (n % 5)} {n}" for n in range(len(missed))]

    groups = misses_of(solved(questions, missed))

    told = [one.item for group in groups for one in group.items]
    assert len(set(told)) == len(told)
    assert set(told) <= {str(n) for n, wrong in enumerate(missed) if wrong}
    assert all(group.share > group.others for group in groups if group.shared)


def test_chance_rarely_makes_a_group_however_many_words_there_are():
    told = 0
    for seed in range(20):
        chance = random.Random(seed)
        words = ["".join(chance.choices("abcdefghij", k=5)) for _ in range(800)]
        questions = [" ".join(chance.sample(words, 20)) for _ in range(300)]
        missed = [chance.random() < 0.2 for _ in questions]
        told += any(group.shared for group in misses_of(solved(questions, missed)))
    assert told <= 3  # of 20, where one is to be expected


def test_of_few_misses_nothing_is_said():
    missed = [n < FEWEST - 1 for n in range(40)]
    assert misses_of(solved(["what is it"] * 40, missed)) == []


def test_questions_that_nobody_has_opened_are_left_out():
    items = tuple(SolvedItem("t", str(n), n, "test", (0.0,), None, "", (None,)) for n in range(9))
    assert misses_of(Solved(("winner",), frozenset(), items)) == []


def test_traits_are_words_numbers_and_length():
    (one,) = solved(["Add 12 to 345!"], [True]).items
    assert traits_of(one) == {
        "the question says “add”",
        "the question says “to”",
        "a number of 3 digits is in it",
        "the question has 8 to 16 characters",
    }
