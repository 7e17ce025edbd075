from evomerge.rails.decision import GO_ON, Action
from evomerge.rails.shares import RisenShare


def test_a_share_must_have_risen_both_much_and_surely():
    much = RisenShare("t", "are empty", 0.6, 100, 0.1, 100)
    decision = much.decision(0.25, 4.0)
    assert (decision.action, decision.value, decision.threshold) == (Action.PAUSE, 0.5, 0.25)
    assert decision.sentence.startswith("t: 60% of the leader's answers are empty, 10% at most")
    assert RisenShare("t", "", 0.6, 5, 0.1, 5).decision(0.25, 4.0) is GO_ON, "not surely"
    assert RisenShare("t", "", 0.3, 9999, 0.1, 9999).decision(0.25, 4.0) is GO_ON, "not much"
