"""The bank and the stream make the same weights, whatever the cores and the shards."""

import json
from pathlib import Path

import pytest
import torch

from evomerge.cores import Cores
from evomerge.errors import ParentError
from evomerge.merge.merging import merge, write_model
from evomerge.merge.parents import check_weights, open_parents
from evomerge.recipe import parse_recipe, recipe_from
from evomerge.weights import Checkpoint, FolderWriter, open_parent
from tests.live import LiveBank
from tests.merge.making.engine_cases import CPU, RECIPES, recipe_of
from tests.tiny import CONFIG, tiny_tensors
from tests.tiny import write_model as write_folder


@pytest.mark.parametrize("kind", RECIPES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_bank_and_stream_agree_bit_for_bit_on_any_number_of_cores(tmp_path, names, kind, dtype):
    recipe = recipe_of(RECIPES[kind], names, f"\ndtype: {dtype}")
    parents = open_parents(recipe)
    check_weights(recipe, parents)
    hashes = {
        write_model(recipe, parents, tmp_path / f"out{threads}", CPU, threads=threads)
        for threads in (1, 2, 5)
    }
    assert len(hashes) == 1
    written = Checkpoint(tmp_path / "out1")
    with Cores(2) as cores:
        live = LiveBank(parents, CPU).write(recipe, cores)
    state = live.model.state_dict()
    for name in written.specs:
        assert torch.equal(written.tensor(name), state[name]), name
    assert {str(spec.dtype) for spec in written.specs.values()} == {f"torch.{dtype}"}


@pytest.mark.parametrize("kind", ["dare_ties", "della", "sce", "arcee_fusion"])
def test_parents_in_shards_make_the_same_weights(tmp_path, names, kind):
    tensors = dict(sorted(tiny_tensors(2).items()))
    specs = Checkpoint(tmp_path / "b").specs
    with FolderWriter(tmp_path / "shards", shard_bytes=500) as writer:
        writer.write_tensors(specs, tensors.items())
        writer.write_text("config.json", json.dumps(CONFIG))
    one = merge(recipe_of(RECIPES[kind], names), tmp_path / "one")
    names["B"] = str(tmp_path / "shards")
    assert merge(recipe_of(RECIPES[kind], names), tmp_path / "two") == one


def test_what_is_not_finite_is_told_with_tensor_and_parent(tmp_path, names):
    tensors = tiny_tensors(4)
    tensors["model.layers.1.mlp.up_proj.weight"][3, 2] = float("nan")
    names["B"] = str(write_folder(tmp_path / "broken", tensors))
    for kind in ("linear", "ties", "slerp", "task_arithmetic"):
        with pytest.raises(
            ParentError, match=r"broken: model\.layers\.1\.mlp\.up_proj\.weight has"
        ):
            merge(recipe_of(RECIPES[kind], names), tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_every_parent_is_asked_by_its_own_settings_whatever_came_before(make_model):
    """Workers get recipes in any order: what an offspring is must not depend on the one before."""
    names = [make_model(name, seed=n) for n, name in enumerate("AB")]
    Path(names[1], "generation_config.json").write_text('{"eos_token_id": 7}')
    config = json.loads(Path(names[1], "config.json").read_text())
    Path(names[1], "config.json").write_text(json.dumps({**config, "rms_norm_eps": 0.5}))
    recipes = [recipe_from({"merge_method": "linear", "models": [{"model": n}]}) for n in names]
    ids = torch.tensor([[3, 1, 4]])
    seen = []
    for order in ((0, 1), (1, 0)):
        bank = LiveBank({name: open_parent(name) for name in names}, torch.device("cpu"))
        results = {}
        with Cores(1) as cores:
            for index in order:
                live = bank.write(recipes[index], cores)
                eos = live.model.generation_config.eos_token_id
                results[index] = (eos, live.model(ids).logits.tolist())
        seen.append(results)
    assert seen[0] == seen[1]
    assert seen[0][1][0] == 7 != seen[0][0][0]


def test_integers_are_copied_when_equal_and_refused_when_not(tmp_path):
    def folder(name, number, dtype=torch.int64):
        tensors = {**tiny_tensors(0), "steps": torch.tensor([number], dtype=dtype)}
        return str(write_folder(tmp_path / name, tensors))

    recipe = "merge_method: linear\nmodels: [{{model: {}}}, {{model: {}}}]"
    same = parse_recipe(recipe.format(folder("a", 7), folder("b", 7)))
    merge(same, tmp_path / "out")
    assert Checkpoint(tmp_path / "out").tensor("steps").tolist() == [7]
    other, mixed = folder("c", 8), folder("d", 7, torch.float32)
    a = str(tmp_path / "a")
    for pair in ((a, other), (a, mixed), (mixed, a)):
        with pytest.raises(ParentError, match="steps holds integers and differs"):
            merge(parse_recipe(recipe.format(*pair)), tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.gpu
@pytest.mark.parametrize("kind", RECIPES)
def test_the_gpu_makes_the_same_weights(tmp_path, names, kind):
    recipe = recipe_of(RECIPES[kind], names)
    merge(recipe, tmp_path / "cpu", device="cpu")
    merge(recipe, tmp_path / "gpu", device="cuda")
    cpu, gpu = Checkpoint(tmp_path / "cpu"), Checkpoint(tmp_path / "gpu")
    for name in cpu.specs:
        assert torch.allclose(cpu.tensor(name), gpu.tensor(name), rtol=1e-6, atol=1e-6)
