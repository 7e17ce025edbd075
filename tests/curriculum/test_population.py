import pytest

from evomerge.curriculum import HumanItems, SolvedBy
from tests.curriculum.population import HUMAN, People, Sealed


def test_nobody_need_know_what_the_leader_misses():
    assert HumanItems({"t": HUMAN}).missed == ()


def test_the_tests_population_knows_what_is_near_and_what_is_new():
    new = {"question": "77 + 11 in french =", "answer": "huit huit"}
    loud = {**HUMAN[0], "question": HUMAN[0]["question"].upper()}
    near = Sealed().near([new, loud, dict(HUMAN[1]), {**new, "question": " 77 + 11  in French ="}])
    assert near[0] is None
    assert all(near[1:])
    assert People().asked == []


@pytest.mark.parametrize(
    "variants, leader, some, every, problem",
    [
        ("missed", True, True, True, "the leader solves it"),
        ("missed", False, False, False, "no rival of the leader solves it"),
        ("missed", False, True, False, ""),
        ("solved", False, True, False, "the leader misses it"),
        ("solved", True, True, True, "every rival of the leader solves it"),
        ("solved", True, True, False, ""),
        ("solved", True, False, False, ""),
        (None, False, False, False, ""),
        (None, True, True, True, ""),
    ],
)
def test_variants_are_kept_where_they_tell_the_leader_from_its_rivals(
    variants, leader, some, every, problem
):
    assert SolvedBy(0.5, leader, some, every).problem(variants) == problem
