import json

import pytest
import torch
from safetensors.torch import save_file

from evomerge.errors import ParentError
from evomerge.weights import Checkpoint, open_parent
from evomerge.weights.lora import LoraModel
from tests.families import build
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


def test_layers_with_inputs_first_are_known_by_their_shape(tmp_path, base):
    """PEFT keeps the flag of the last layer alone where a model has layers of both kinds."""
    narrow, square = "model.layers.0.mlp.up_proj", "model.layers.0.self_attn.q_proj"
    weights = {**pair(narrow, rows=8, columns=12), **pair(square)}
    model = LoraModel(base, write_adapter(tmp_path / "a", weights, fan_in_fan_out=False))
    for module, (a, b) in zip((narrow, square), batched(weights.values()), strict=True):
        expected = base.tensor(f"{module}.weight") + 3 * (b @ a).T
        assert torch.allclose(model.tensor(f"{module}.weight"), expected, atol=1e-6)


def batched(tensors):
    return list(zip(*[iter(tensors)] * 2, strict=True))


def test_modules_saved_whole_replace_the_base(tmp_path, base):
    whole = torch.full((8,), 7.0)
    adapter = {**pair(), "base_model.model.model.norm.weight": whole}
    model = LoraModel(base, write_adapter(tmp_path / "a", adapter))
    assert torch.equal(model.tensor("model.norm.weight"), whole)


LINEAR = ["q_proj", "k_proj", "o_proj", "up_proj", "down_proj"]
TWINS = {
    "plain": ("llama", {"r": 2, "lora_alpha": 3, "target_modules": LINEAR}),
    "rank-stabilized": ("llama", {"r": 3, "use_rslora": True, "target_modules": LINEAR}),
    "patterns": (
        "llama",
        {
            "r": 2,
            "target_modules": LINEAR,
            "rank_pattern": {"k_proj": 3, "layers.1.mlp.up_proj": 1},
            "alpha_pattern": {"layers.1.mlp.up_proj": 7, "^model.layers.2.*q_proj": 5},
        },
    ),
    "whole modules": (
        "llama",
        {"r": 2, "target_modules": ["q_proj"], "modules_to_save": ["lm_head", "norm"]},
    ),
    "embedding": ("llama", {"r": 2, "target_modules": ["embed_tokens", "q_proj"]}),
    "tied embedding": ("qwen2", {"r": 2, "target_modules": ["embed_tokens", "v_proj"]}),
    "head": ("llama", {"r": 2, "target_modules": ["lm_head"]}),
    "Conv1D": ("gpt2", {"r": 2, "target_modules": ["c_attn", "c_proj", "c_fc"]}),
    "square Conv1D": ("gpt2", {"r": 2, "target_modules": ["attn.c_proj"], "fan_in_fan_out": True}),
    "biases": ("phi", {"r": 2, "target_modules": ["q_proj", "fc1"], "bias": "lora_only"}),
    "BERT": ("bert", {"r": 2, "target_modules": ["query", "dense"]}),
    "T5": ("t5", {"r": 2, "target_modules": ["q", "wi"]}),
    "vision and language": ("llava", {"r": 2, "target_modules": ["q_proj", "fc1", "linear_1"]}),
    "mixture of experts": ("mixtral", {"r": 2, "target_modules": ["q_proj", "o_proj"]}),
}


@pytest.mark.filterwarnings("ignore::UserWarning:peft")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("kind", TWINS)
def test_an_adapted_parent_is_the_model_that_peft_merges(tmp_path, kind, dtype):
    peft = pytest.importorskip("peft")
    family, settings = TWINS[kind]
    model = build(family, 0).to(dtype)
    model.save_pretrained(tmp_path / "base")
    adapted = peft.get_peft_model(model, peft.LoraConfig(**settings))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in adapted.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn(parameter.shape, generator=generator))
    adapted.save_pretrained(tmp_path / "adapter")
    adapted.merge_and_unload().save_pretrained(tmp_path / "twin")
    ours = open_parent(f"{tmp_path / 'base'}+{tmp_path / 'adapter'}").tensors
    twin = open_parent(str(tmp_path / "twin")).tensors
    base = open_parent(str(tmp_path / "base")).tensors
    assert set(ours.specs) == set(twin.specs)
    changed = [n for n in twin.specs if not torch.equal(twin.tensor(n), base.tensor(n))]
    assert changed
    for name in twin.specs:
        assert torch.equal(ours.tensor(name), twin.tensor(name)), name


@pytest.mark.parametrize(
    "weights, config, problem",
    [
        (pair(module="model.layers.9.mlp"), {}, "which the base does not have"),
        (pair(module="lm_head", rows=20), {}, "merge the adapter in with PEFT and save an untied"),
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
