import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.errors import ParentError
from evomerge.merge.methods import METHODS
from evomerge.merge.plan import plan as planning
from evomerge.merge.plan.contract import check_contract
from evomerge.merge.plan.plan import OUTLINES, Planner, make_plan
from evomerge.recipe import Genome, parse_recipe, recipe_from
from evomerge.recipe.parameters import depth_of, lookup
from evomerge.weights import Relayered, open_parent
from tests.tiny import LAYERS, tiny_tensors, write_model


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


@pytest.mark.parametrize("method", ["multislerp", "ram"])
def test_a_base_that_is_named_is_read_where_the_method_can_use_it(make_model, method):
    a, b, c = (make_model(name, seed) for seed, name in enumerate("abc"))
    entries = f"[{{model: {b}}}, {{model: {c}}}]"
    sources = ", ".join(f"{{model: {n}, layer_range: [1, 2]}}" for n in (b, c))
    for models in (f"models: {entries}", f"slices: [{{sources: [{sources}]}}]"):
        plan = plan_of(f"merge_method: {method}\nbase_model: {a}\n{models}")
        for operation in plan.operations:
            assert [i.parent for i in operation.inputs] == [b, c]
            assert operation.base.parent == a
    if method == "multislerp":
        assert plan_of(f"merge_method: {method}\nmodels: {entries}").operations[0].base is None


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
    assert plan.layers == (Relayered((("num_hidden_layers",),), (0, 1, 1, 2), {}),)
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


def test_a_slice_can_have_a_base_of_its_own(make_model):
    base, a, other = make_model("base", 0), make_model("a", 1), make_model("other", 2)
    plan = plan_of(
        f"""
merge_method: task_arithmetic
base_model: {base}
slices:
  - sources: [{{model: {a}, layer_range: [0, 1]}}]
  - base_model: {other}
    sources: [{{model: {a}, layer_range: [1, 3]}}]
"""
    )
    bases = {name: (op.base.parent, op.base.tensor) for name, op in by_name(plan).items()}
    for layer, parent in enumerate([base, other, other]):
        name = f"model.layers.{layer}.mlp.up_proj.weight"
        assert bases[name] == (parent, name)
    assert bases["model.embed_tokens.weight"][0] == base
    assert bases["model.norm.weight"][0] == other
    assert all([i.parent for i in op.inputs] == [a] for op in plan.operations)


def test_filters_of_a_source_see_the_names_it_has_there(make_model):
    """As in mergekit: the source's own names for its parameters, the result's for global ones."""
    a, b = make_model("a", 0), make_model("b", 1)
    operations = by_name(
        plan_of(
            f"""
merge_method: linear
slices:
  - sources:
      - model: {a}
        layer_range: [1, 3]
        parameters: {{weight: [{{filter: layers.2., value: 9}}, {{value: 1}}]}}
      - {{model: {b}, layer_range: [0, 2], parameters: {{weight: 2}}}}
parameters: {{normalize: [{{filter: layers.1., value: false}}]}}
"""
        )
    )
    settings = operations["model.layers.1.mlp.up_proj.weight"].settings
    assert settings == {"weight": (9, 2), "normalize": False}
    settings = operations["model.layers.0.mlp.up_proj.weight"].settings
    assert settings == {"weight": (1, 2), "normalize": True}


def test_a_gradient_of_a_flag_goes_in_steps(make_model):
    a = make_model("a", 0)
    plan = plan_of(
        f"merge_method: linear\nmodels: [{{model: {a}}}]\nparameters: {{normalize: [0, 1]}}"
    )
    flags = [
        by_name(plan)[f"model.layers.{layer}.mlp.up_proj.weight"].settings["normalize"]
        for layer in range(LAYERS)
    ]
    assert [*map(repr, flags)] == ["False", "False", "True"]


NUMBERS = st.floats(0.0, 2.0).map(lambda value: round(value, 3))
DEPTHS = NUMBERS | st.lists(NUMBERS, min_size=1, max_size=4)
FILTERS = st.sampled_from(["mlp", "self_attn", "layers.1.", "norm", "*", "nowhere", None])
RULES = st.builds(lambda name, value: {"filter": name, "value": value}, FILTERS, DEPTHS)
SETTINGS = DEPTHS | RULES | st.lists(RULES | NUMBERS, min_size=1, max_size=4)
PARAMETERS = st.fixed_dictionaries({}, optional={"weight": SETTINGS, "density": SETTINGS})
MODELS = st.lists(PARAMETERS, min_size=3, max_size=3)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    folder = tmp_path_factory.mktemp("three")
    names = [str(write_model(folder / name, tiny_tensors(n))) for n, name in enumerate("abc")]
    return {name: open_parent(name) for name in names}


@given(st.lists(st.tuples(PARAMETERS, MODELS), min_size=2, max_size=4))
@settings(max_examples=40, deadline=None)
def test_every_recipe_of_a_planner_gets_its_own_settings(three, every):
    planner = Planner(three)
    base, *_ = three
    for shared, models in every:
        listed = [{"model": n, "parameters": own} for n, own in zip(three, models, strict=True)]
        given_ = {"merge_method": "ties", "base_model": base, "models": listed}
        recipe = recipe_from({**given_, "parameters": shared})
        plan = planner.plan(recipe)
        assert plan.operations == make_plan(recipe, three).operations
        for operation in plan.operations:
            layer = next((int(s) for s in operation.name.split(".") if s.isdigit()), None)
            depth = depth_of(layer, LAYERS)
            for name in ("weight", "density"):
                default = METHODS["ties"].parameters[name].default
                levels = [(entry.parameters, recipe.parameters) for entry in recipe.models[1:]]
                found = [lookup(name, own, operation.name, depth) for own in levels]
                expected = tuple(default if value is None else value for value in found)
                assert operation.settings[name] == expected


def test_genes_that_change_numbers_have_one_outline(three, monkeypatch):
    made, make = [], planning.make_outline

    def counted(recipe, parents):
        made.append(recipe.merge_method)
        return make(recipe, parents)

    monkeypatch.setattr(planning, "make_outline", counted)
    gene = "{gene: {low: 0, high: 1, points: 2}}"
    base, *others = three
    models = ", ".join(f"{{model: {name}, parameters: {{weight: {gene}}}}}" for name in others)
    method = "{gene: {choice: [ties, dare_ties]}}"
    genome = Genome(parse_recipe(f"merge_method: {method}\nbase_model: {base}\nmodels: [{models}]"))
    planner = Planner(three)
    for number in range(8):
        vector = [0.1 * number] * (len(genome) - 1)
        for choice in (0.1, 0.9):
            planner.plan(genome.decode([choice, *vector]))
    assert made == ["ties", "dare_ties"]


def test_no_more_outlines_are_kept_than_there_is_room_for(three):
    planner, (a, *_) = Planner(three), three
    sources = [{"model": a, "layer_range": [0, LAYERS]}]
    plans = [
        planner.plan(recipe_from({"merge_method": "linear", "slices": [{"sources": sources}] * n}))
        for n in range(1, OUTLINES + 3)
    ]
    assert len(planner._outlines) == OUTLINES
    assert [len(plan.layers[0].order) for plan in plans] == [
        n * LAYERS for n in range(1, OUTLINES + 3)
    ]


def test_a_recipe_that_is_refused_is_refused_every_time(three):
    a, *_ = three
    planner = Planner(three)
    text = f"merge_method: linear\nslices: [{{sources: [{{model: {a}, layer_range: [0, 9]}}]}}]"
    for _ in range(2):
        with pytest.raises(ParentError, match=f"has {LAYERS} layers"):
            planner.plan(parse_recipe(text))
