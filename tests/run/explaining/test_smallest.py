import pytest

from evomerge.ledger import Ledger
from evomerge.recipe import recipe_from
from evomerge.run.explaining.contributions import left_out
from evomerge.run.explaining.smallest import PLAIN_AVERAGE, Smallest
from tests.run.explaining.planted import Planted

WORTH = {"A": 0.3, "B": 0.2, "C": 0.0}


def worth(weights):
    """All of what a parent is worth, whatever its weight."""
    return sum(WORTH[name] for name, weight in weights.items() if weight)


def by_weight(weights):
    return sum(WORTH[name] * weight for name, weight in weights.items())


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path, create=True) as opened:
        yield opened


def found(planted, average=None):
    ablation, measured = planted.ablation, planted.measured
    known = left_out([ablation.parents_game(), ablation.genes_game()], measured)
    smallest = Smallest(ablation, measured)
    return smallest.find([one for each in known for one in each], average)


def test_parents_and_genes_that_are_not_needed_are_left_out(ledger):
    simpler = found(Planted(ledger, "ABC", worth, noise=0.05))
    assert [entry.model for entry in simpler.recipe.models] == ["A", "B"]
    assert (simpler.parents, simpler.genes) == (2, 0)
    assert simpler.what.startswith("without C; models.")
    assert simpler.what.count("where the search began") == 2


def test_genes_that_are_needed_stay(ledger):
    simpler = found(Planted(ledger, "ABC", by_weight, noise=0.05))
    assert (simpler.parents, simpler.genes, simpler.what) == (2, 2, "without C")


def test_nothing_smaller_may_be_as_good(ledger):
    assert found(Planted(ledger, "AB", by_weight, noise=0.01)) is None


def test_parents_that_stand_in_for_each_other_are_not_both_left_out(ledger):
    either = Planted(ledger, "AB", lambda w: 0.4 * bool({"A", "B"} & w.keys()), noise=0.01)
    assert found(either).parents == 1


def test_the_plain_average_has_no_genes(ledger):
    planted = Planted(ledger, "AB", lambda w: 0.5 * ([*w.values()] == [1.0, 1.0]))
    average = recipe_from({"merge_method": "linear", "models": [{"model": "A"}, {"model": "B"}]})
    planted.measured.score([average])
    simpler = found(planted, average)
    assert (simpler.parents, simpler.genes) == (2, 0)
    assert simpler.what == PLAIN_AVERAGE


def test_it_stays_within_the_budget(ledger):
    planted = Planted(ledger, "ABC", worth, noise=0.05, budget=6)
    found(planted)
    assert planted.measured.spent == 6
