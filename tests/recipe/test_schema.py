import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, parse_recipe
from evomerge.recipe.names import rename


def test_models_or_slices_but_not_both():
    part = "{sources: [{model: a, layer_range: [0, 2]}]}"
    assert parse_recipe(f"merge_method: linear\nslices: [{part}]").slices
    with pytest.raises(RecipeError, match="either models or slices"):
        parse_recipe(f"merge_method: linear\nmodels: [{{model: a}}]\nslices: [{part}]")
    with pytest.raises(RecipeError, match=r"layer_range \[2, 2\] holds no layer"):
        parse_recipe(f"merge_method: linear\nslices: [{part.replace('[0, 2]', '[2, 2]')}]")


MODULES = """
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
    recipe = parse_recipe(MODULES)
    assert recipe.parent_names == ("a", "b", "c")
    assert recipe.template == "a"
    assert recipe.place_of_parent("c") == ("modules", "vision_tower", "models", 0, "model")
    assert recipe.place_of_parent("b")[:3] == ("modules", "text_decoder", "slices")
    genome = Genome(recipe)
    assert genome.names == ("modules.text_decoder.parameters.weight",)
    decoded = genome.decode((0.25,))
    assert decoded.modules["text_decoder"].parameters["weight"] == 0.25
    assert parse_recipe(MODULES).plain() == recipe.plain()
    assert (
        rename(decoded.plain(), {"c": "x"})["modules"]["vision_tower"]["models"][0]["model"] == "x"
    )


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
