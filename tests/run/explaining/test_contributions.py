import math

import pytest

from evomerge.ledger import Ledger
from evomerge.run.explaining.contributions import NOT_REACHED, SAME_WEIGHTS, left_out, with_shapley
from tests.run.explaining.planted import Planted

WORTH = {"A": 0.3, "B": 0.15, "C": 0.0, "D": 0.08, "E": -0.1}


def additive(weights):
    return sum(WORTH[name] * weight for name, weight in weights.items())


def redundant(weights):
    """A and B can each do without the other."""
    return 0.4 * max(weights.get("A", 0), weights.get("B", 0)) + 0.1 * weights.get("C", 0)


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


def contributions(planted, limit=1000):
    game = planted.ablation.parents_game()
    (known,) = left_out([game], planted.measured)
    return with_shapley(game, known, planted.measured, limit, seed=0)


def test_a_planted_additive_fitness_is_found_within_its_error_bars(ledger):
    found = contributions(Planted(ledger, "ABCDE", additive, noise=0.2))
    for one in found:
        for effect in (one.left_out, one.shapley):
            assert abs(effect.value - WORTH[one.name]) < 3 * effect.error
            assert 0.005 < effect.error < 0.05
        assert one.shapley.sampling_error == 0.0  # all 32 sets
    assert [one.name for one in found if one.is_dead] == ["C"]


def test_parents_that_stand_in_for_each_other_are_told_by_shapley_alone(ledger):
    found = {one.name: one for one in contributions(Planted(ledger, "ABC", redundant))}
    assert found["A"].left_out.value == pytest.approx(0.0)
    assert found["A"].shapley.value == pytest.approx(0.2)
    assert found["C"].shapley.value == pytest.approx(0.1)


def test_a_smaller_budget_draws_orders_and_says_its_error(ledger):
    planted = Planted(ledger, "ABCDE", lambda w: 0.5 * math.tanh(3 * additive(w)), budget=24)
    found = contributions(planted, limit=24)
    assert planted.measured.spent <= 24
    with_all = {
        one.name: one.shapley.value for one in contributions(Planted(ledger, "ABCDE", _tanh))
    }
    for one in found:
        assert one.shapley.sampling_error > 0 or one.name == "C"
        assert abs(one.shapley.value - with_all[one.name]) <= 4 * one.shapley.error + 1e-9


def _tanh(weights):
    return 0.5 * math.tanh(3 * additive(weights))


def test_what_the_budget_does_not_reach_is_said(ledger):
    planted = Planted(ledger, "ABCDE", additive, budget=3)
    found = contributions(planted, limit=3)
    assert [one.note == NOT_REACHED for one in found] == [False, False, False, True, True]
    assert all(one.shapley is None for one in found)
    assert planted.measured.spent == 3


def test_a_gene_that_is_where_it_began_costs_nothing(ledger):
    planted = Planted(ledger, "AB", additive, winner={"A": 1.0, "B": 0.5})
    ((first, second),) = left_out([planted.ablation.genes_game()], planted.measured)
    assert first.left_out.value == pytest.approx(0.15)
    assert first.of == "A"
    assert (second.note, second.left_out.error) == (SAME_WEIGHTS, 0.0)
    assert planted.measured.spent == 1


def test_what_fails_cannot_be_left_out(ledger):
    def without_a(weights):
        return math.nan if "A" not in weights else 0.5

    (known,) = left_out(
        [(planted := Planted(ledger, "AB", without_a)).ablation.parents_game()], planted.measured
    )
    assert known[0].left_out is None
    assert known[0].note.startswith("cannot be left out: ")
    assert known[1].left_out is not None
    assert [one.shapley for one in contributions(planted)] == [None, None]
