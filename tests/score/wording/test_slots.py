import random
from itertools import permutations

import pytest

from evomerge.score.wording.question import Question
from evomerge.score.wording.slots import (
    TEMPLATES,
    instances,
    same_numbers_by_no_chance,
    same_slots,
)


def questions(texts):
    return [Question.of(text, "") for text in texts]


def test_slots_in_another_order_are_the_same():
    texts = [f"largest of {a} , {b} , {c}\n{a}\n{b}\n{c}" for a, b, c in permutations((3, 17, 45))]
    assert same_slots(questions([*texts, "largest of 3 , 17 , 46\n3\n17\n46"])) == [[*range(6)]]
    assert same_slots(questions(["71 + 35 =", "35 + 71 =", "71 + 53 ="])) == [[0, 1]]
    assert same_slots(
        questions(
            [
                "Anna is taller than Ben. Ben is taller than Carl. Who is tallest?",
                "Ben is taller than Carl. Anna is taller than Ben. Who is tallest?",
                "Anna is taller than Ben. Ben is taller than Dora. Who is tallest?",
            ]
        )
    ) == [[0, 1]]


def test_signs_in_another_order_are_another_question():
    assert same_slots(questions(["Close: ( [ {", "Close: [ ( {"])) == []
    assert same_slots(questions(["3 + 7 - 2", "3 - 7 + 2"])) == []


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


def test_numbers_that_are_shared_by_chance_tell_nothing():
    assert same_numbers_by_no_chance(wordings(1, 40, 2, 400)) == []
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


NAMES = "Anna Ben Carla Dmitri Elena Farid Greta Hugo Ines Jonas".split()


def stories(templates, each, seed=0):
    drawn = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"

    def filler(count):
        return " ".join("".join(drawn.choices(letters, k=5)) for _ in range(count))

    plots = [(filler(6), filler(9), filler(8)) for _ in range(templates)]
    return questions(
        [
            f"{drawn.choice(NAMES)} {one} {drawn.randrange(99)} {other} {drawn.choice(NAMES)} "
            f"{drawn.randrange(99)} {third}?"
            for one, other, third in plots
            for _ in range(each)
        ]
    )


def test_the_instances_of_one_of_many_templates_are_together():
    found = instances(stories(20, 6))
    assert sorted(found) == [[*range(6 * n, 6 * n + 6)] for n in range(20)]


def test_a_task_of_few_templates_has_no_groups():
    assert instances(stories(1, 60)) == []
    assert instances(stories(TEMPLATES - 1, 20)) == []
    assert instances(questions([f"{n} + {n + 3} in digits =" for n in range(300)])) == []
    assert instances(questions([f"largest of {n} , 5\n{n}\n5" for n in range(300)])) == []
    assert instances([]) == instances(stories(2, 1)) == []
