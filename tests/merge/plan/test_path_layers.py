"""What a path makes of the operations of a merge, and what is refused before anything is made."""

import pytest
import torch
import yaml

from evomerge.cores import Cores
from evomerge.engine.request import Likelihood
from evomerge.errors import ParentError, TrialError
from evomerge.merge.composition.composition import composition, composition_name
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import Planner
from evomerge.recipe import parse_recipe, recipe_from
from evomerge.weights import Checkpoint
from tests.families import save
from tests.live import LiveBank
from tests.merge.plan.slice_cases import of_layers
from tests.merge.plan.test_moved import dense_first
from tests.path_cases import over

OF_MODELS = """\
merge_method: linear
models:
  - {model: zoo:arithmetic, parameters: {weight: [1, 0]}}
  - {model: zoo:french, parameters: {weight: [0, 1]}}
path: %s
"""


def planned(recipe):
    plan = Planner(open_parents(recipe)).plan(recipe)
    return plan, {operation.name: operation for operation in plan.operations}


def test_each_place_has_its_layers_operations(make_model):
    a, b = make_model("a", 1), make_model("b", 2)
    plan, operations = planned(over([a, b], 3, 2, (4, 0.5), 2))
    assert [*operations] == sorted(operations)
    assert plan.layers[-1].order == (2, 4, 2)
    made_of = operations["model.layers.1.mlp.up_proj.weight"]
    assert [(i.parent, i.tensor) for i in made_of.inputs] == [
        (b, "model.layers.1.mlp.up_proj.weight")
    ]
    assert made_of.factor == 1
    assert operations["model.layers.1.mlp.down_proj.weight"].factor == 2
    assert operations["model.layers.2.self_attn.o_proj.weight"].factor == 2
    assert operations["model.layers.0.self_attn.o_proj.weight"].factor == 1
    # All around the layers is the first parent's.
    outside = {name for name in operations if ".layers." not in name}
    assert {operations[name].inputs[0].parent for name in outside} == {a}
    assert outside == {"model.embed_tokens.weight", "model.norm.weight"}


def test_settings_are_those_of_the_layer_and_not_of_its_place():
    recipe = parse_recipe(OF_MODELS % "[{layer: 3}, {layer: 0}]")
    _, operations = planned(recipe)
    weights = [
        operations[f"model.layers.{n}.mlp.up_proj.weight"].settings["weight"] for n in (0, 1)
    ]
    assert weights == [(0, 1), (1, 0)]


def test_what_is_written_are_the_layers_tensors_with_their_factors(make_model, tmp_path):
    parents = [make_model("a", 1), make_model("b", 2)]
    merge(over(parents, 3, 2, (4, 0.5), 2), tmp_path / "out")
    found, theirs = Checkpoint(tmp_path / "out"), [Checkpoint(tmp_path / name) for name in "ab"]
    for name, factor in (("mlp.down_proj", 2.0), ("mlp.up_proj", 1.0), ("self_attn.o_proj", 2.0)):
        made = found.tensor(f"model.layers.1.{name}.weight")
        assert torch.equal(made, theirs[1].tensor(f"model.layers.1.{name}.weight") * factor)


def test_a_path_that_changes_nothing_makes_the_same_weights(tmp_path):
    plain = over(["zoo:arithmetic", "zoo:french"], 4, 0, 1, 2, 3)
    alone = recipe_from({"merge_method": "passthrough", "models": [{"model": "zoo:arithmetic"}]})
    assert merge(plain, tmp_path / "path") == merge(alone, tmp_path / "alone")
    parents = open_parents(plain)
    planner = Planner(parents)
    assert composition(plain, planner) == composition(alone, planner)
    scaled = over(["zoo:arithmetic", "zoo:french"], 4, 0, 1, 2, (3, 0.9))
    assert composition_name(scaled, planner) != composition_name(plain, planner)


def test_scales_are_told_with_the_layers_that_they_change():
    planner = Planner(open_parents(over(["zoo:arithmetic", "zoo:french"], 4, 0)))
    one, other = (
        composition(over(["zoo:arithmetic", "zoo:french"], 4, 0, 1, (5, scale)), planner)
        for scale in (1.0, 0.5)
    )
    assert {name for name in one if one[name] != other[name]} == {
        "model.layers.2.mlp.down_proj.weight",
        "model.layers.2.self_attn.o_proj.weight",
    }


def test_merging_twice_makes_the_same_bits_on_any_number_of_cores(tmp_path):
    recipe = parse_recipe(
        OF_MODELS % "[{layer: 3, scale: 0.7}, {layer: 0}, {layer: 3, scale: 1.9}]"
    )
    first = merge(recipe, tmp_path / "one", threads=1)
    assert merge(recipe, tmp_path / "two", threads=2) == first
    assert merge(tmp_path / "one" / "recipe.yaml", tmp_path / "again") == first


@pytest.mark.parametrize(
    "path, line, told",
    [
        ("\n  - {layer: 3}\n  - {layer: 4}\n", 7, "there are 4 layers, 0 to 3"),
        ("\n  gene:\n    repeats: 2\n    layers: 5\n", 8, "the models have 4 layers, not 5"),
    ],
)
def test_layers_that_there_are_not_are_told(path, line, told):
    with pytest.raises(ParentError, match=f"^r.yaml:{line}: path: {told}"):
        open_parents(parse_recipe(OF_MODELS % path, "r.yaml"))


def test_scales_are_refused_where_no_stock_model_would_do_the_same(tmp_path):
    parents = [save(tmp_path / name, "gemma2", seed) for seed, name in enumerate("ab")]
    open_parents(over(parents, 3, 0, 4))
    merge_of = yaml.safe_dump(over(parents, 3, 0, 4).unrouted.plain())
    first = merge_of.count("\n") + 1
    scaled = "path:\n- layer: 0\n- layer: 2\n  scale: 0.9\n"
    scalable = "path:\n  gene:\n    repeats: 2\n    scale: {low: 0.5, high: 1.5}\n"
    for path in (scaled, scalable):
        told = f"^r.yaml:{first + 3}: path: the layers of gemma2 cannot be scaled"
        with pytest.raises(ParentError, match=told):
            open_parents(parse_recipe(merge_of + path, "r.yaml"))


def test_a_model_of_two_stacks_has_no_path(tmp_path):
    name = save(tmp_path / "t5", "t5", 0)
    text = f"merge_method: passthrough\nmodels: [{{model: {name}}}]\npath: [{{layer: 0}}]"
    told = r"^r.yaml:3: path: needs a model with one stack .*decoder.*encoder"
    with pytest.raises(ParentError, match=told):
        open_parents(parse_recipe(text, "r.yaml"))


def test_layers_of_other_kinds_are_told_with_their_line(tmp_path):
    name = of_layers(tmp_path / "m", 0, 3, dense_first)
    text = f"merge_method: passthrough\nmodels: [{{model: {name}}}]\npath:\n- layer: 0\n"
    told = "^r.yaml:6: path: layer 0 cannot become layer 2: layers of model.layers differ"
    with pytest.raises(ParentError, match=told):
        open_parents(parse_recipe(f"{text}- layer: 1\n- layer: 0\n", "r.yaml"))


def test_scales_that_multiply_to_nothing_are_told_and_fail_an_offspring(make_model, tmp_path):
    a, b = make_model("a", 1), make_model("b", 2)
    recipe = over([a, b], 3, *[(4, 1e-30)] * 3)
    lines = yaml.safe_dump(recipe.plain(), sort_keys=False)
    line = lines[: lines.index("scale:")].count("\n") + 2
    told = f"^r.yaml:{line}: path: scales up to here multiply to 1e-60"
    with pytest.raises(ParentError, match=told):
        merge(parse_recipe(lines, "r.yaml"), tmp_path / "out")
    with pytest.raises(TrialError, match="not finite"):
        bank, cores = LiveBank(open_parents(over([a, b], 3, 0))), Cores(1)
        bank.write(recipe, cores)
        bank.engine.answer([[Likelihood((2, 3, 4), 1)]])
