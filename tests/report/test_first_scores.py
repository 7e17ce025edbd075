"""What a model scored first."""

from evomerge.ledger import ItemScore, Part, State
from evomerge.report.first_scores import FirstScores


def test_means_are_by_task_and_weight():
    scores = [
        ItemScore("a", "1", 1.0, 3.0),
        ItemScore("b", "1", 0.25),
        ItemScore("a", "2", 0.0, 1.0),
        ItemScore("guard", "1", 1.0, 0.0),
    ]
    first = FirstScores.of(Part("x", "search", State.SCORED, scores=scores))
    assert first == FirstScores(4, {"a": 0.75, "b": 0.25})


def test_a_failure_has_its_reason():
    assert FirstScores.of(Part("x", "search", State.FAILED, "no memory")).reason == "no memory"
    assert FirstScores.of(Part("x", "search", State.FAILED)).reason == "failed"
