"""A formula's steps undone one by one."""

import pytest

from evomerge.recipe import parse_recipe
from evomerge.run.explaining.explanation import FactorKind
from evomerge.run.explaining.steps import steps_game


def recipe(formula):
    return parse_recipe(
        f"merge_method: {{formula: '{formula}', names: {{p: 0.5}}}}\n"
        "base_model: base\nmodels: [{model: A}, {model: B}]\n"
    )


def undone(formula):
    game = steps_game(recipe(formula))
    assert game.kind is FactorKind.STEP
    whole, left = game.whole, {}
    for n, name in enumerate(game.factors):
        (without,) = game.recipes(whole - {n})
        left[name] = without.merge_method.formula
    assert game.recipes(whole) == [recipe(formula)]
    return left


def test_each_step_gives_way_to_what_it_is_made_of():
    assert undone("b + 2 * mean(keep(d, p))") == {
        "b + 2 * mean(keep(d, p)) as b": "b",
        "b + 2 * mean(keep(d, p)) as 2 * mean(keep(d, p))": "2 * mean(keep(d, p))",
        "2 * mean(keep(d, p)) as mean(keep(d, p))": "b + mean(keep(d, p))",
        "keep(d, p) as d": "b + 2 * mean(d)",
    }


def test_what_comes_to_the_same_formula_is_one_step():
    assert "b" in undone("b + (mean(d) - mean(d))").values()
    left = [*undone("b + (mean(d) + mean(d))").values()]
    assert len(left) == len({*left})


def test_steps_are_not_undone_together():
    game = steps_game(recipe("b + mean(keep(d, p))"))
    assert game.one_by_one
    with pytest.raises(AssertionError, match="one by one"):
        game.recipes(frozenset())


def test_what_spells_out_no_step_has_none():
    assert steps_game(recipe("b")) is None
    assert steps_game(parse_recipe("merge_method: linear\nmodels: [{model: A}]")) is None


def test_a_long_step_is_shown_in_part():
    long = " + ".join(["mean(d)"] * 20)
    assert all(len(name) < 140 for name in undone(f"b + {long}"))
