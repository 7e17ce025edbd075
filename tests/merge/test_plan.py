import pytest
import torch

from evomerge.errors import ParentError, RecipeError
from evomerge.merge.contract import check_contract
from evomerge.merge.plan import make_plan
from evomerge.recipe import parse_recipe
from evomerge.weights import Relayered, open_parent
from tests.tiny import LAYERS, tiny_tensors


def plan_of(text):
    recipe = parse_recipe(text)
    check_contract(recipe)
    return make_plan(recipe, {name: open_parent(name) for name in recipe.parent_names})


def by_name(plan):
    return {operation.name: operation for operation in plan.operations}


def test_gradients_and_filters_reach_their_tensors(make_model):
    base, a = make_model("base", 0), make_model("a", 1)
    operations = by_name(
        plan_of(
            f"""
merge_method: task_arithmetic
base_model: {base}
models:
  - model: {a}
    parameters: {{weight: [{{filter: mlp, value: [0, 1]}}, 0.25]}}
parameters: {{lambda: 0.5}}
"""
        )
    )
    weights = {name: op.settings["weight"] for name, op in operations.items()}
    for layer in range(LAYERS):
        assert weights[f"model.layers.{layer}.mlp.up_proj.weight"] == (layer / (LAYERS - 1),)
        assert weights[f"model.layers.{layer}.self_attn.q_proj.weight"] == (0.25,)
    assert operations["model.norm.weight"].settings["lambda_"] == 0.5
    assert operations["model.norm.weight"].settings["normalize"] is False
    assert operations["model.norm.weight"].base.parent == base
    assert [i.parent for i in operations["model.norm.weight"].inputs] == [a]


def test_a_base_among_the_models_is_no_input_of_a_delta_method(make_model):
    base, a = make_model("base", 0), make_model("a", 1)
    both = f"models: [{{model: {base}}}, {{model: {a}}}]\nbase_model: {base}\n"
    for method, inputs in (("task_arithmetic", [a]), ("slerp", [a]), ("linear", [base, a])):
        plan = plan_of(f"merge_method: {method}\n{both}")
        assert [i.parent for i in plan.operations[0].inputs] == inputs


def test_slices_take_layers_from_where_they_say(make_model):
    a, b = make_model("a", 0), make_model("b", 1)
    plan = plan_of(
        f"""
merge_method: linear
slices:
  - sources: [{{model: {a}, layer_range: [0, 2]}}]
  - sources:
      - {{model: {b}, layer_range: [1, 3], parameters: {{weight: [1, 2]}}}}
      - {{model: {a}, layer_range: [0, 2], parameters: {{weight: 3}}}}
"""
    )
    assert plan.layers == (Relayered((("num_hidden_layers",),), (0, 1, 1, 2)),)
    operations = by_name(plan)
    assert len(operations) == len(tiny_tensors(0)) + 9
    third = operations["model.layers.2.mlp.up_proj.weight"]
    assert [(i.parent, i.tensor) for i in third.inputs] == [
        (b, "model.layers.1.mlp.up_proj.weight"),
        (a, "model.layers.0.mlp.up_proj.weight"),
    ]
    assert third.settings["weight"] == (1, 3)
    assert operations["model.layers.3.mlp.up_proj.weight"].settings["weight"] == (2, 3)
    assert [i.parent for i in operations["model.embed_tokens.weight"].inputs] == [a]
    assert [i.parent for i in operations["model.norm.weight"].inputs] == [b, a]


def test_slices_beyond_a_parents_layers_are_refused(make_model):
    a = make_model("a", 0)
    with pytest.raises(ParentError, match=rf"{a} has {LAYERS} layers"):
        plan_of(
            f"merge_method: linear\nslices: [{{sources: [{{model: {a}, layer_range: [0, 9]}}]}}]"
        )


def test_tensors_of_different_shape_are_refused(make_model):
    a = make_model("a", 0)
    b = make_model("b", 1, tensors={"model.layers.0.mlp.up_proj.weight": torch.zeros(3, 8)})
    sources = ", ".join(f"{{model: {name}, layer_range: [0, 1]}}" for name in (a, b))
    with pytest.raises(ParentError, match=r"mlp.up_proj.weight differs in shape: \[12, 8\]"):
        plan_of(f"merge_method: linear\nslices: [{{sources: [{sources}]}}]")


@pytest.mark.parametrize(
    "text, problem",
    [
        (
            "merge_method: tise\nmodels: [{model: a}]",
            "unknown merge_method 'tise'; did you mean 'ties'",
        ),
        ("merge_method: ties\nmodels: [{model: a}]", "ties needs a base_model"),
        ("merge_method: ties\nbase_model: a\nmodels: [{model: a}]", "1 or more models besides"),
        (
            "merge_method: slerp\nbase_model: a\nmodels: [{model: b}, {model: c}]",
            "slerp merges 1 models besides the base, not 2",
        ),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {wieght: 1}}]",
            "linear has no parameter 'wieght'; did you mean 'weight'",
        ),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {density: 1}}]",
            "linear has no parameter 'density'",
        ),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {normalize: true}}]",
            "normalize is one for all models",
        ),
        (
            "merge_method: linear\nmodels: [{model: a}]\nparameters: {normalize: 2}",
            "normalize is true or false, not 2",
        ),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {weight: true}}]",
            "weight is a number, not True",
        ),
        (
            "merge_method: ties\nbase_model: b\n"
            "models: [{model: a, parameters: {density: {gene: {low: -1, high: 1}}}}]",
            "density must lie between 0.0 and inf, not be -1.0",
        ),
    ],
)
def test_breaches_of_contract_are_told(text, problem):
    with pytest.raises(RecipeError) as caught:
        check_contract(parse_recipe(text, "r.yaml"))
    assert problem in str(caught.value)
    assert str(caught.value).startswith("r.yaml:")


def test_parameters_of_mergekit_that_have_nothing_to_do_here_pass():
    """That one, and no other name that the method does not know."""
    text = "merge_method: linear\nmodels: [{model: a}]\nparameters: {int8_mask: true}"
    check_contract(parse_recipe(text))
    with pytest.raises(RecipeError, match="no parameter 'int4_mask'"):
        check_contract(parse_recipe(text.replace("int8", "int4")))
