import pytest

from evomerge.ledger import Objective, State, Told


@pytest.mark.parametrize(
    "changes, says_the_same",
    [
        ({"reason": "cut"}, True),
        ({"parts": (7,)}, True),
        ({"violation": 0.5}, False),
        ({"objectives": (Objective(1.0, 0.2),)}, False),
        ({"state": State.PRUNED}, False),
    ],
)
def test_what_a_search_learnt_is_what_it_can_tell_apart(changes, says_the_same):
    told = {"candidate": 1, "objectives": (Objective(1.0, 0.1),), "violation": 0.0}
    one = Told(**{**told, "state": State.SCORED})
    other = Told(**{**told, "state": State.SCORED, **changes})
    assert (one.said == other.said) is says_the_same
