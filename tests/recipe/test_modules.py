"""Recipes by part of the model: `modules:`."""

import pytest

from evomerge.errors import RecipeError
from evomerge.merge.plan.contract import check_contract
from evomerge.recipe import Genome, load_recipe, parse_recipe
from evomerge.recipe.names import rename

RECIPE = """
merge_method: linear
modules:
  text_decoder:
    slices:
      - sources: [{model: a, layer_range: [0, 2]}, {model: b, layer_range: [0, 2]}]
    parameters: {weight: {gene: {low: 0, high: 1}}}
  vision_tower:
    models: [{model: c, parameters: {weight: 2}}, {model: a}]
"""


def test_parents_and_genes_are_found_in_all_modules():
    recipe = parse_recipe(RECIPE)
    assert recipe.parent_names == ("a", "b", "c")
    assert recipe.template == "a"
    assert recipe.place_of_parent("c") == ("modules", "vision_tower", "models", 0, "model")
    assert recipe.place_of_parent("b")[:3] == ("modules", "text_decoder", "slices")
    genome = Genome(recipe)
    assert genome.names == ("modules.text_decoder.parameters.weight",)
    decoded = genome.decode((0.25,))
    assert decoded.modules["text_decoder"].parameters["weight"] == 0.25
    assert parse_recipe(RECIPE).plain() == recipe.plain()
    assert (
        rename(decoded.plain(), {"c": "x"})["modules"]["vision_tower"]["models"][0]["model"] == "x"
    )


def test_relative_paths_in_modules_are_looked_up_beside_the_recipe(tmp_path):
    (tmp_path / "c").mkdir()
    file = tmp_path / "recipe.yaml"
    file.write_text(RECIPE)
    assert load_recipe(file).parent_names == ("a", "b", str(tmp_path / "c"))


@pytest.mark.parametrize(
    "text, problem",
    [
        (
            "models: [{model: a}]\nmodules: {x: {models: [{model: a}]}}",
            "either models or slices or",
        ),
        ("modules: {}", "needs at least one model"),
        ("modules: {x: {}}", "a module has either models or slices"),
        ("modules: {x: {models: []}}", "a module needs at least one model"),
        ("modules: {x: {modules: {}}}", "unknown key 'modules.x.modules'"),
    ],
)
def test_modules_that_say_too_little_or_too_much_are_refused(text, problem):
    with pytest.raises(RecipeError, match=problem):
        parse_recipe(f"merge_method: linear\n{text}")


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ("weight: 2", "wieght: 2", "r.yaml:9: .*no parameter 'wieght'"),
        ("weight: {gene", "normalise: {gene", "r.yaml:7: .*no parameter 'normalise'"),
        ("method: linear", "method: slerp", "needs a base_model"),
        (
            "method: linear",
            "method: slerp\nbase_model: d",
            "slerp merges 1 models besides the base, not 2",
        ),
    ],
)
def test_the_methods_contract_holds_in_every_module(old, new, problem):
    check_contract(parse_recipe(RECIPE, "r.yaml"))
    with pytest.raises(RecipeError, match=problem):
        check_contract(parse_recipe(RECIPE.replace(old, new), "r.yaml"))
