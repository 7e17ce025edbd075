import pytest

from evomerge.ledger import Cost, State, Trial


def test_costs_are_added_and_shared():
    one, two = Cost(1.0, 2.0, 3.0, 40), Cost(0.5, 0.25, 0.125, 3)
    assert one + two == Cost(1.5, 2.25, 3.125, 43)
    assert one * 0.25 == Cost(0.25, 0.5, 0.75, 10)
    assert Cost() + one == one
    assert Cost(tokens=3) * 0.5 == Cost(tokens=2)  # a half goes to the even one


@pytest.mark.parametrize("state", State)
def test_a_race_ended_early_for_what_was_pruned(state):
    assert Trial("d", "search", {}, state).cut is (state is State.PRUNED)
