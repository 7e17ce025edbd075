import pytest

from evomerge.errors import RecipeError
from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.sections import sections_of
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from tests.tiny import tiny_tensors


def sections(text, *names):
    catalogue = TensorCatalogue({name: open_parent(name) for name in names})
    return [*sections_of(parse_recipe(text, "r.yaml"), catalogue)]


def test_a_recipe_without_modules_is_one_section_of_all_tensors(make_model):
    a = make_model("a")
    (section,) = sections(f"merge_method: linear\nmodels: [{{model: {a}}}]", a)
    assert section.place == ()
    assert section.module.models[0].model == a
    assert {*section.names} == {*tiny_tensors(0)}
    assert [stack.prefix for stack in section.stacks.each] == ["model.layers"]


def test_a_module_stands_where_the_recipe_names_it(make_model):
    a = make_model("a")
    text = f"merge_method: linear\nmodules: {{text_decoder: {{models: [{{model: {a}}}]}}}}"
    (section,) = sections(text, a)
    assert section.place == ("modules", "text_decoder")
    assert {*section.names} == {*tiny_tensors(0)}


def test_a_module_that_the_recipe_does_not_name_comes_last_without_one(make_model):
    seen = [f"vision_tower.layers.{layer}.w" for layer in range(2)]
    norm = tiny_tensors(0)["model.norm.weight"]
    a = make_model("a", tensors={name: norm.clone() for name in seen})
    text = f"merge_method: linear\nmodules: {{text_decoder: {{models: [{{model: {a}}}]}}}}"
    named, unnamed = sections(text, a)
    assert (unnamed.module, [*unnamed.names]) == (None, seen)
    assert {*named.names} == {*tiny_tensors(0)}


def test_a_module_that_there_is_none_of_is_told_with_its_line(make_model):
    a = make_model("a")
    text = f"merge_method: linear\nmodules:\n  encoder: {{models: [{{model: {a}}}]}}"
    with pytest.raises(RecipeError, match=r"r\.yaml:3: .* has no module 'encoder'.*text_decoder"):
        sections(text, a)
