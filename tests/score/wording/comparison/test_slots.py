import random
from itertools import permutations

from evomerge.score.wording.comparison.slots import TEMPLATES, instances, same_slots
from evomerge.score.wording.question import Question


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
