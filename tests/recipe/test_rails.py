"""What stands under `rails:` is checked by the rails that there are."""

import pytest

from evomerge.errors import RecipeError
from evomerge.rails.rules import RAILS
from evomerge.recipe import Recipe, parse_recipe, recipe_from

TEXT = """\
merge_method: linear
models:
  - {model: a, parameters: {weight: {gene: {low: 0, high: 2}}}}
evolve:
  fitness: [{task: t, metric: m}]
  budget: {minutes: 1}
"""


def parse(rails, more=""):
    return parse_recipe(f"{TEXT}{more}  rails: {rails}\n", "r.yaml")


def names(recipe):
    return [rail.name for rail in recipe.evolve.held_to]


def test_a_plain_recipe_has_none_and_is_written_as_before():
    recipe = parse_recipe(TEXT)
    assert recipe.evolve.held_to == {}
    assert "rails" not in recipe.plain()["evolve"]
    assert names(parse("false")) == []
    assert recipe_from(parse("false").plain()).evolve.rails is False


@pytest.mark.parametrize("rails", ["default", "{}"])
def test_default_is_all_of_them(rails):
    recipe = parse(rails)
    assert names(recipe) == [*RAILS]
    assert recipe.evolve.held_to == {rail: rail.settings() for rail in RAILS.values()}
    assert names(recipe_from(recipe.plain())) == [*RAILS]


def test_settings_change_one_and_false_turns_one_off():
    recipe = parse("{length: {z: 5}, jump: false}")
    held = recipe.evolve.held_to
    assert names(recipe) == [name for name in RAILS if name != "jump"]
    assert held[RAILS["length"]].z == 5
    assert recipe.plain()["evolve"]["rails"] == {"length": {"z": 5.0}, "jump": False}
    assert recipe_from(recipe.plain()).evolve.held_to == held


@pytest.mark.parametrize("name", RAILS)
def test_the_schema_says_what_every_rail_takes(name):
    schema = Recipe.model_json_schema()["$defs"]
    of_rail, off = schema["ChosenRails"]["properties"][name]["anyOf"]
    assert off["const"] is False
    rail = RAILS[name]
    settings = schema[of_rail["$ref"].rpartition("/")[2]]
    assert settings["properties"].keys() == rail.settings.model_fields.keys()
    assert settings["additionalProperties"] is False


@pytest.mark.parametrize(
    ("rails", "told"),
    [
        ("yes", "r.yaml:7: evolve.rails: rails are default, false, or settings by a rail's name"),
        ("[length]", "r.yaml:7: evolve.rails: rails are default"),
        ("{lenght: {}}", "r.yaml:7: unknown key 'evolve.rails.lenght'; did you mean 'length'?"),
        ("{length: {zz: 4}}", "r.yaml:7: unknown key 'evolve.rails.length.zz'"),
        ("{length: {z: -4}}", "r.yaml:7: evolve.rails.length.z: input should be greater than 0"),
        ("{length: {z: .nan}}", "evolve.rails.length.z"),
        ("{length: 4}", "r.yaml:7: evolve.rails.length: must be keys and values, not 4"),
        ("{spend: {money: 5}}", "r.yaml:7: evolve.rails.spend: money needs a price"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(rails, told):
    with pytest.raises(RecipeError) as error:
        parse(rails)
    assert told in str(error.value)


def test_rails_need_generations_and_answers():
    with pytest.raises(RecipeError, match="schedule: async has none"):
        parse("default", "  schedule: async\n")
    with pytest.raises(RecipeError, match="leave out keep_answers"):
        parse("default", "  keep_answers: none\n")
    assert parse("false", "  schedule: async\n").evolve.held_to == {}
