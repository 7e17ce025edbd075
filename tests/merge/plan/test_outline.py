import pytest

from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.outline import make_outline, structure_of
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from tests.tiny import LAYERS, tiny_tensors

TEXT = """
merge_method: task_arithmetic
base_model: base
models:
  - {model: a, parameters: {weight: [{filter: mlp, value: [0, 1]}, 0.25]}}
  - {model: b}
parameters: {lambda: 0.5}
"""
SLICED = """
merge_method: linear
slices:
  - {sources: [{model: a, layer_range: [0, 2]}]}
  - {sources: [{model: b, layer_range: [1, 3], parameters: {weight: 2}}]}
"""


@pytest.mark.parametrize(
    "text, old, new",
    [
        (TEXT, "[0, 1]", "[0.5, 0.25, 3]"),
        (TEXT, "0.25", "0.75"),
        (TEXT, "lambda: 0.5", "lambda: {filter: mlp, value: 2}"),
        (TEXT, "{model: b}", "{model: b, parameters: {weight: 0.1}}"),
        (TEXT, "parameters: {lambda", "seed: 3\nparameters: {lambda"),
        (SLICED, "weight: 2", "weight: 3"),
    ],
)
def test_recipes_that_differ_in_numbers_have_one_structure(text, old, new):
    assert old in text
    one, other = parse_recipe(text), parse_recipe(text.replace(old, new))
    assert one != other
    assert structure_of(one) == structure_of(other)


@pytest.mark.parametrize(
    "text, old, new",
    [
        (TEXT, "filter: mlp", "filter: self_attn"),
        (TEXT, "[0, 1]", "0.5"),
        (TEXT, "task_arithmetic", "ties"),
        (TEXT, "base_model: base", "base_model: a"),
        (TEXT, "{model: b}", "{model: c}"),
        (SLICED, "[1, 3]", "[0, 2]"),
        (SLICED, "model: b", "model: a"),
        (SLICED, "- {sources: [{model: b", "- {base_model: a, sources: [{model: b"),
    ],
)
def test_recipes_that_draw_on_other_tensors_have_another(text, old, new):
    assert old in text
    one, other = parse_recipe(text), parse_recipe(text.replace(old, new))
    assert structure_of(one) != structure_of(other)


def test_tensors_for_which_a_recipe_says_the_same_are_one_group(make_model):
    base, a, b = (make_model(name, seed) for seed, name in enumerate(("base", "a", "b")))
    text = TEXT.replace("base_model: base", f"base_model: {base}")
    recipe = parse_recipe(
        text.replace("model: a,", f"model: {a},").replace("model: b}", f"model: {b}}}")
    )
    outline = make_outline(
        recipe, TensorCatalogue({name: open_parent(name) for name in (base, a, b)})
    )
    assert [tensor.name for tensor in outline.tensors] == sorted(tiny_tensors(0))
    groups = {tensor.name: tensor.group for tensor in outline.tensors}
    # Of each layer what the filter holds for, and the rest; the rest of the first is at depth 0,
    # as is what stands outside the layers.
    assert len(outline.groups) == len({*groups.values()}) == 2 * LAYERS
    mlp, attention = "model.layers.1.mlp.up_proj.weight", "model.layers.1.self_attn.q_proj.weight"
    assert groups[mlp] == groups["model.layers.1.mlp.down_proj.weight"] != groups[attention]
    assert groups[attention] == groups["model.layers.1.input_layernorm.weight"]
    assert groups["model.norm.weight"] == groups["model.layers.0.input_layernorm.weight"]
    assert [outline.groups[groups[name]].depth for name in (mlp, "model.norm.weight")] == [0.5, 0]


def test_where_nothing_depends_on_depth_all_layers_are_one_group(make_model):
    base, a = make_model("base", 0), make_model("a", 1)
    text = f"merge_method: ties\nbase_model: {base}\nmodels: [{{model: {a}, parameters: {{}}}}]"
    parents = {name: open_parent(name) for name in (base, a)}
    for said, groups in (("", 1), ("weight: 1", 1), ("weight: {filter: mlp, value: 1}", 2)):
        recipe = parse_recipe(text.replace("{}}", f"{{{said}}}}}"))
        assert len(make_outline(recipe, TensorCatalogue(parents)).groups) == groups
