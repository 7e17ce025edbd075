import random

import pytest

from evomerge.score.wording.comparison.numbers import same_numbers_by_no_chance
from evomerge.score.wording.question import Question


def questions(texts):
    return [Question.of(text, "") for text in texts]


def wordings(numbers, count, low, high, seed=0):
    drawn = random.Random(seed)
    sets = [sorted(drawn.sample(range(low, high), numbers)) for _ in range(count)]
    first = [f"What is the largest of {' and '.join(map(str, one))}?" for one in sets]
    other = [f"Of the following, name the smallest: {', '.join(map(str, one))}." for one in sets]
    return questions([*first, *other])


def test_the_same_three_numbers_in_two_wordings_are_no_chance():
    found = same_numbers_by_no_chance(wordings(3, 40, 20, 400))
    assert found == [[n, n + 40] for n in range(40)]
    # Among many questions, and alone.
    assert same_numbers_by_no_chance(wordings(3, 4, 20, 400)) == [[n, n + 4] for n in range(4)]


def test_what_two_wordings_share_throughout_is_no_chance_though_each_might_be():
    """Single numbers, and three below 100 where a task has few: none is improbable by itself."""
    drawn = random.Random(1).sample(range(2, 400), 40)
    texts = [w.format(n) for w in ("What is {} and one?", "Say {} backwards.") for n in drawn]
    found = same_numbers_by_no_chance(questions(texts))
    assert found == [[n, n + 40] for n in range(40)]
    assert same_numbers_by_no_chance(questions([texts[0], texts[40], *texts[1:40]])) == []
    found = same_numbers_by_no_chance(wordings(3, 28, 2, 100))
    assert found == [[n, n + 28] for n in range(28)]


@pytest.mark.parametrize("seed", range(5))
def test_wordings_about_numbers_of_their_own_are_not_related(seed):
    """They share some of the numbers below 60, as chance has it."""
    drawn = random.Random(seed)
    texts = [
        wording.format(*drawn.sample(range(2, 60), 2))
        for wording in ("Add {} to {}.", "Take {} and {} apart.", "Which of {} and {} is odd?")
        for _ in range(120)
    ]
    assert same_numbers_by_no_chance(questions(texts)) == []


def test_numbers_that_are_shared_by_chance_tell_nothing():
    assert same_numbers_by_no_chance(wordings(2, 40, 2, 10)) == []
    assert same_numbers_by_no_chance(questions(["no number", "none at all"])) == []


@pytest.mark.parametrize("seed", range(8))
def test_numbers_drawn_independently_are_hardly_ever_thought_related(seed):
    drawn = random.Random(seed)
    texts = [
        f"{drawn.choice('abcdefgh')} {drawn.randrange(2, 60)} and {drawn.choice([5, 10, 20, 50])}"
        for _ in range(400)
    ]
    assert same_numbers_by_no_chance(questions(texts)) == []
