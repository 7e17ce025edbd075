import pytest

from evomerge.ledger import Ledger, Part, Split
from tests.run.explaining.planted import Planted


@pytest.fixture
def planted(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        yield Planted(ledger, "AB", lambda weights: sum(weights.values()), budget=2, noise=0.1)


def without(planted, name):
    return planted.ablation.recipe({*planted.ablation.parents} - {name}, {0, 1})


def test_recipes_are_counted_once_and_the_winner_never(planted):
    measured, recipe = planted.measured, without(planted, "A")
    assert measured.admits([planted.winner])
    assert measured.spent == 0
    assert measured.admits([recipe, recipe])
    assert measured.admits([recipe])
    assert measured.spent == 1
    assert not measured.admits([without(planted, "B")], limit=1)
    assert measured.spent == 1
    assert measured.admits([without(planted, "B")])


def test_no_item_but_of_validation_is_asked(planted):
    planted.measured.score([without(planted, "A")])
    assert {part.split for part in planted.ledger.all_of(Part)} == {Split.VALIDATION}


def test_what_the_ledger_knows_is_counted_and_not_asked_again(tmp_path):
    spent = []
    for asked in (2, 0):
        with Ledger(tmp_path, create=True) as ledger:
            planted = Planted(ledger, "AB", lambda weights: sum(weights.values()), noise=0.1)
            recipe = without(planted, "A")
            assert planted.measured.admits([recipe])
            planted.measured.score([recipe])
            spent.append((planted.measured.spent, planted.measured.trial(recipe).fitness))
            assert len(planted.workers.submitted) == asked
    assert spent[0] == spent[1]


def test_an_effect_is_paired_over_items(planted):
    measured, recipe = planted.measured, without(planted, "A")
    measured.score([recipe])
    effect = measured.effect([planted.winner], [recipe])
    assert effect.value == pytest.approx(1.0, abs=0.03)
    assert 0.1 / 200**0.5 < effect.item_error < 0.2 / 200**0.5  # imagined units add to it
    assert measured.effect([recipe], [recipe]).error == 0.0


def test_several_recipes_are_their_mean(planted):
    both = [without(planted, "A"), without(planted, "B")]
    planted.measured.score(both)
    fitness = [planted.measured.fitness([recipe]) for recipe in both]
    assert planted.measured.fitness(both) == pytest.approx(sum(fitness) / 2)
    scores = [planted.measured.scores([recipe])[5].value for recipe in both]
    assert planted.measured.scores(both)[5].value == pytest.approx(sum(scores) / 2)
