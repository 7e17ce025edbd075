import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoFeatureExtractor, WhisperFeatureExtractor

from evomerge.cores import Cores
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from evomerge.recipe import parse_recipe
from evomerge.weights import Checkpoint
from tests.live import LiveBank
from tests.merge.making.engine_cases import CPU, RECIPES, recipe_of


@pytest.mark.parametrize("shard_bytes", [500, 5000, 10**9])
def test_a_merge_in_shards_is_the_same(tmp_path, names, shard_bytes):
    recipe = recipe_of(RECIPES["ties"], names)
    one = merge(recipe, tmp_path / "one")
    assert merge(recipe, tmp_path / "many", shard_bytes=shard_bytes) == one
    many = Checkpoint(tmp_path / "many")
    files = list((tmp_path / "many").glob("*.safetensors"))
    assert (len(files) > 1) == (shard_bytes < 10**9)
    assert many.content_hash == one
    for file in files:
        tensors = load_file(file)
        assert len(tensors) == 1 or sum(t.nbytes for t in tensors.values()) <= shard_bytes


def test_transformers_loads_what_is_written(tmp_path, names):
    from transformers import AutoModelForCausalLM

    for kind, layers in (("ties", 3), ("slices", 5)):
        recipe = recipe_of(RECIPES[kind], names)
        merge(recipe, tmp_path / kind)
        model, info = AutoModelForCausalLM.from_pretrained(
            tmp_path / kind, output_loading_info=True
        )
        assert not any(info.values()), info
        assert model.config.num_hidden_layers == layers
        with Cores(1) as cores:
            live = LiveBank(open_parents(recipe), CPU).write(recipe, cores)
        tokens = torch.arange(10)[None]
        assert torch.equal(model(tokens).logits, live.model(tokens).logits)


def test_images_and_sounds_reach_the_offspring_as_they_do_its_template(tmp_path, names):
    for name, size in (("A", 8), ("B", 16)):
        WhisperFeatureExtractor(feature_size=size).save_pretrained(names[name])
    (Path(names["A"]) / "processor_config.json").write_text("{}")
    recipe = recipe_of(RECIPES["slerp"], names)
    merge(recipe, tmp_path / "out", device="cpu")
    assert AutoFeatureExtractor.from_pretrained(tmp_path / "out").feature_size == 8
    assert (tmp_path / "out" / "processor_config.json").read_text() == "{}"


def test_the_recipe_written_beside_the_weights_makes_them_again(tmp_path, names):
    sha256 = merge(recipe_of(RECIPES["dare_ties"], names), tmp_path / "one")
    assert merge(tmp_path / "one" / "recipe.yaml", tmp_path / "two") == sha256
    card = (tmp_path / "one" / "README.md").read_text()
    assert sha256 in card
    assert card.startswith("---\nlibrary_name: transformers\n")


def test_out_dtype_is_the_results_and_types_promote_without_one(tmp_path, make_model):
    a, b = make_model("a", 1, torch.bfloat16), make_model("b", 2, torch.float32)
    text = f"merge_method: linear\nmodels: [{{model: {a}}}, {{model: {b}}}]"
    for extra, dtype in (("", "float32"), ("\ndtype: float32\nout_dtype: float16", "float16")):
        merge(parse_recipe(text + extra), tmp_path / dtype)
        specs = Checkpoint(tmp_path / dtype).specs
        assert {str(spec.dtype) for spec in specs.values()} == {f"torch.{dtype}"}
        config = json.loads((tmp_path / dtype / "config.json").read_text())
        assert config["dtype"] == dtype
