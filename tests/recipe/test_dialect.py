"""mergekit's files, written as people write them, and what is refused in them."""

import pytest

from evomerge.errors import RecipeError
from evomerge.merge.plan.contract import check_contract
from evomerge.recipe import parse_recipe
from evomerge.recipe.dialect import ELSEWHERE

FILES = {
    "soup": "models:\n  - model: o/a\n    parameters:\n      weight: 1.0\n"
    "  - model: o/b\n    parameters:\n      weight: 0.3\nmerge_method: linear\ndtype: float16\n",
    "gradients by filter": "slices:\n  - sources:\n    - model: o/a\n      layer_range: [0, 40]\n"
    "    - model: o/b\n      layer_range: [0, 40]\nmerge_method: slerp\nbase_model: o/a\n"
    "parameters:\n  t:\n    - filter: self_attn\n      value: [0, 0.5, 0.3, 0.7, 1]\n"
    "    - filter: mlp\n      value: [1, 0.5, 0.7, 0.3, 0]\n    - value: 0.5\ndtype: float16\n",
    "densities": "models:\n  - model: o/a\n    parameters:\n      density: [1, 0.7, 0.1]\n"
    "      weight: 1.0\n  - model: o/b\n    parameters:\n      density: 0.33\n      weight:\n"
    "        - filter: mlp\n          value: 0.5\n        - value: 0\nmerge_method: ties\n"
    "base_model: o/base\nparameters:\n  normalize: true\n  int8_mask: true\ndtype: float16\n",
    "nothing behind a key": "models:\n  - model: o/a\n    parameters:\n  - model: o/base\n"
    "merge_method: dare_ties\nbase_model: o/base\nslices:\nparameters:\ndtype: bfloat16\n",
    "a name, an adapter, a revision": "name: second\nmodels:\n  - model: o/a@v1+o/lora\n"
    "  - model: {model: {path: o/b, revision: v2}, lora: o/lora}\nmerge_method: linear\n"
    "parameters: {weight: 0.5}\ndtype: torch.float16\nout_dtype: bfloat16\n",
    "a base for one slice": "merge_method: task_arithmetic\nbase_model: o/base\nslices:\n"
    "  - base_model: o/other\n    parameters: {weight: '0.5'}\n"
    "    sources: [{model: o/a, layer_range: [0, 2]}, {model: o/other, layer_range: [0, 2]}]\n",
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_mergekit_are_recipes(name):
    recipe = parse_recipe(FILES[name])
    check_contract(recipe)
    assert type(recipe).model_validate(recipe.plain()) == recipe


def test_they_say_the_same():
    named = parse_recipe(FILES["a name, an adapter, a revision"])
    assert named.parent_names == ("o/a@v1+o/lora", "o/b@v2+o/lora")
    assert (named.dtype, named.out_dtype) == ("float16", "bfloat16")
    sliced = parse_recipe(FILES["a base for one slice"])
    assert sliced.parent_names == ("o/base", "o/other", "o/a")
    assert sliced.place_of_parent("o/other") == ("slices", 0, "base_model")
    assert sliced.slices[0].parameters == {"weight": 0.5}
    empty = parse_recipe(FILES["nothing behind a key"])
    assert empty.parameters == empty.models[0].parameters == {}


@pytest.mark.parametrize(
    "text, value",
    [
        ("'0.5'", 0.5),
        ("1e-5", 1e-5),
        ("'1e-5'", 1e-5),
        ("'10'", 10),
        ("'true'", True),
        ("yes", True),
        ("'False'", False),
        ("'sum'", "sum"),
        ("['1e-5', 2]", (1e-5, 2)),
    ],
)
def test_quotes_around_a_number_do_not_matter(text, value):
    recipe = parse_recipe(f"merge_method: m\nmodels: [{{model: a}}]\nparameters: {{p: {text}}}")
    assert recipe.parameters["p"] == value
    assert type(recipe.parameters["p"]) is type(value)


@pytest.mark.parametrize("key", ELSEWHERE)
def test_keys_of_other_tools_say_what_to_do(key):
    text = f"merge_method: linear\nmodels: [{{model: a}}]\n{key}: x\n"
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text, "r.yaml")
    assert str(caught.value) == f"r.yaml:3: unknown key {key!r}; {ELSEWHERE[key]}"


def test_several_merges_in_a_file_are_told_how_to_be_written():
    one = "---\nmerge_method: linear\nmodels: [{model: a}]\n"
    assert parse_recipe(one).methods == ("linear",)
    with pytest.raises(RecipeError, match=r"^r.yaml:4: one file is one merge; write each into"):
        parse_recipe(one + one, "r.yaml")


@pytest.mark.parametrize(
    "gene",
    ["{low: 0, high: 1}", "{choice: [1, 2]}", "{choice: [ties, della], points: 2}"],
)
def test_an_open_method_is_a_choice_of_names(gene):
    with pytest.raises(RecipeError) as caught:
        parse_recipe(f"merge_method: {{gene: {gene}}}\nmodels: [{{model: a}}]", "r.yaml")
    assert str(caught.value).startswith("r.yaml:1: merge_method: the method is a name, or {gene:")
