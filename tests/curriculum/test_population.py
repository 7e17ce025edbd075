from evomerge.curriculum import HumanItems
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
