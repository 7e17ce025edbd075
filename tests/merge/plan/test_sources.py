import pytest
import torch

from evomerge.errors import ParentError
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import parse_recipe
from evomerge.weights import Spec, open_parent
from tests.tiny import tiny_tensors

UP, NORM = "model.layers.0.mlp.up_proj.weight", "model.norm.weight"


def planned(text):
    recipe = parse_recipe(text)
    plan = make_plan(recipe, {name: open_parent(name) for name in recipe.parent_names})
    return plan.sources, {operation.name: operation for operation in plan.operations}


def linear(*models, more=""):
    return f"merge_method: linear\nmodels: [{', '.join(f'{{model: {m}}}' for m in models)}]\n{more}"


def test_the_result_has_the_type_that_is_named_or_what_the_parents_promote_to(make_model):
    a, b = make_model("a", 0, torch.bfloat16), make_model("b", 1, torch.float16)
    for more, dtype in (
        ("", torch.float32),
        ("dtype: bfloat16", torch.bfloat16),
        ("dtype: bfloat16\nout_dtype: float16", torch.float16),
    ):
        sources, operations = planned(linear(a, b, more=more))
        assert sources.spec(operations[UP]) == Spec((12, 8), dtype)


def test_integers_keep_their_type(make_model):
    whole = {UP: torch.arange(96).view(12, 8)}
    a, b = (make_model(name, 0, tensors=whole) for name in "ab")
    sources, operations = planned(linear(a, b, more="dtype: bfloat16"))
    assert sources.spec(operations[UP]) == Spec((12, 8), torch.int64)


def test_inputs_are_ordered_by_their_contents_whatever_order_they_are_listed_in(make_model):
    a, b, c = (make_model(name, seed) for seed, name in enumerate("abc"))
    orders = []
    for models in ((a, b, c), (c, a, b)):
        sources, operations = planned(linear(*models))
        order = sources.order(operations[UP])
        assert sorted(order) == [0, 1, 2]
        digests = [sources.digest(operations[UP].inputs[i]) for i in order]
        assert digests == sorted(digests)
        orders.append([models[i] for i in order])
    assert orders[0] == orders[1]


def test_equal_contents_have_no_order_of_their_own(make_model):
    a, b = make_model("a", 0), make_model("b", 1, tensors={UP: tiny_tensors(0)[UP]})
    sources, operations = planned(linear(a, b))
    assert sources.order(operations[UP]) is None
    assert sources.order(operations[NORM]) is not None


def test_what_no_model_changed_is_the_bases(make_model):
    base = make_model("base", 0)
    a = make_model("a", 1, tensors={UP: tiny_tensors(0)[UP]})
    text = f"merge_method: task_arithmetic\nbase_model: {base}\nmodels: [{{model: {a}}}]"
    sources, operations = planned(text)
    assert [sources.is_bases(operations[name]) for name in (UP, NORM)] == [True, False]
    sources, operations = planned(text.replace("task_arithmetic", "slerp"))
    assert not sources.is_bases(operations[NORM])


def test_a_tensor_that_is_not_finite_names_its_parent(make_model):
    a = make_model("a", 0, tensors={NORM: torch.full((8,), torch.nan)})
    sources, operations = planned(linear(a))
    with pytest.raises(ParentError, match=f"^{a}: .*{NORM}"):
        sources.digest(operations[NORM].inputs[0])
