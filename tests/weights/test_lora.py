import json

import pytest
import torch
from safetensors.torch import save_file

from evomerge.errors import ParentError
from evomerge.weights import Checkpoint, open_parent
from evomerge.weights.lora import LoraModel
from tests.tiny import tiny_tensors, write_model

MODULE = "model.layers.1.self_attn.q_proj"


def write_adapter(folder, tensors, **config):
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "r": 2, "lora_alpha": 6, **config})
    )
    return folder


def pair(module=MODULE, rows=8, columns=8, rank=2):
    torch.manual_seed(1)
    key = f"base_model.model.{module}.lora"
    return {
        f"{key}_A.weight": torch.randn(rank, columns),
        f"{key}_B.weight": torch.randn(rows, rank),
    }


@pytest.fixture
def base(tmp_path):
    return Checkpoint(write_model(tmp_path / "base", tiny_tensors(0)))


@pytest.mark.parametrize(
    "config, scale",
    [
        ({}, 6 / 2),
        ({"use_rslora": True}, 6 / 2**0.5),
        ({"alpha_pattern": {"q_proj": 10}}, 10 / 2),
        ({"alpha_pattern": {"k_proj": 10}}, 6 / 2),
    ],
)
def test_adapted_tensors_are_base_plus_scaled_product(tmp_path, base, config, scale):
    weights = pair()
    model = LoraModel(base, write_adapter(tmp_path / "a", weights, **config))
    a, b = weights.values()
    expected = base.tensor(f"{MODULE}.weight") + scale * (b @ a)
    assert torch.allclose(model.tensor(f"{MODULE}.weight"), expected, atol=1e-6)
    other = "model.norm.weight"
    assert torch.equal(model.tensor(other), base.tensor(other))


def test_embeddings_and_transposed_layers(tmp_path, base):
    key = "base_model.model.model.embed_tokens.lora_embedding"
    a, b = torch.randn(2, 20), torch.randn(8, 2)
    model = LoraModel(base, write_adapter(tmp_path / "a", {f"{key}_A": a, f"{key}_B": b}))
    name = "model.embed_tokens.weight"
    assert torch.allclose(model.tensor(name), base.tensor(name) + 3 * (b @ a).T, atol=1e-6)
    module = "model.layers.0.mlp.up_proj"
    weights = pair(module, rows=8, columns=12)
    flipped = LoraModel(base, write_adapter(tmp_path / "b", weights, fan_in_fan_out=True))
    a, b = weights.values()
    expected = base.tensor(f"{module}.weight") + 3 * (b @ a).T
    assert torch.allclose(flipped.tensor(f"{module}.weight"), expected, atol=1e-6)


def test_modules_saved_whole_replace_the_base(tmp_path, base):
    whole = torch.full((8,), 7.0)
    adapter = {**pair(), "base_model.model.model.norm.weight": whole}
    model = LoraModel(base, write_adapter(tmp_path / "a", adapter))
    assert torch.equal(model.tensor("model.norm.weight"), whole)


def test_it_agrees_with_peft(tmp_path, base):
    peft = pytest.importorskip("peft")
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(**json.loads((base.folder / "config.json").read_text()))
    llama = LlamaForCausalLM(config)
    llama.load_state_dict({n: base.tensor(n) for n in base.specs}, strict=False)
    adapted = peft.get_peft_model(
        llama, peft.LoraConfig(r=2, lora_alpha=3, target_modules="all-linear")
    )
    for name, weight in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight)
    adapted.save_pretrained(tmp_path / "adapter")
    ours = LoraModel(base, tmp_path / "adapter")
    merged = adapted.merge_and_unload().state_dict()
    for name in base.specs:
        assert torch.allclose(ours.tensor(name), merged[name], atol=1e-6), name


@pytest.mark.parametrize(
    "weights, config, problem",
    [
        (pair(module="model.layers.9.mlp"), {}, "which the base does not have"),
        (pair(rows=5), {}, r"is \[5, 8\], but \[8, 8\] in the base"),
        (pair(), {"use_dora": True}, "use_dora is not a plain low-rank sum"),
        (pair(), {"peft_type": "IA3"}, "a IA3 adapter"),
        (dict(list(pair().items())[:1]), {}, "has lora_A only"),
    ],
)
def test_what_cannot_be_merged_is_refused(tmp_path, base, weights, config, problem):
    folder = write_adapter(tmp_path / "a", weights, **config)
    with pytest.raises(ParentError, match=problem):
        LoraModel(base, folder)


def test_an_adapter_is_a_parent_with_a_hash_of_its_own(tmp_path, base):
    one = write_adapter(tmp_path / "one", pair())
    other = write_adapter(tmp_path / "other", pair(), lora_alpha=7)
    names = [str(base.folder), f"{base.folder}+{one}", f"{base.folder}+{other}"]
    parents = [open_parent(name) for name in names]
    assert len({parent.content_hash for parent in parents}) == 3
    assert parents[1].pinned == names[1]


@pytest.mark.parametrize("start", ["pissa", "pissa_niter_4", "olora", "loftq"])
def test_adapters_that_change_the_base_as_well_are_refused(tmp_path, base, start):
    folder = write_adapter(tmp_path / "a", pair(), init_lora_weights=start)
    with pytest.raises(ParentError, match="changes the base as well"):
        LoraModel(base, folder)


def test_an_adapter_without_its_scale_is_refused(tmp_path, base):
    folder = write_adapter(tmp_path / "a", pair(), lora_alpha=None)
    with pytest.raises(ParentError, match="lacks a number for lora_alpha"):
        LoraModel(base, folder)
