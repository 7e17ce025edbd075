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


def test_energy_is_added_where_it_is_known():
    known, unknown = Cost(1.0, energy_j=8.0), Cost(2.0)
    assert (known + known).energy_j == 16.0
    assert (known + unknown).energy_j == (unknown + known).energy_j == 8.0
    assert (unknown + unknown).energy_j is None
    assert (known * 0.25).energy_j == 2.0
    assert (unknown * 0.25).energy_j is None
