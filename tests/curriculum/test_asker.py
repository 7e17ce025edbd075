from evomerge.curriculum import ModelQuestion
from tests.curriculum.population import People


def test_a_question_decides_its_reply():
    one = ModelQuestion("adder", "1 + 2 in digits =", 9, ("\n",), 0.9, 1.0, 7)
    assert People().ask([one, one]) == People().ask([one]) * 2
