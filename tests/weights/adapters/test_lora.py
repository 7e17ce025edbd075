import pytest
import torch

from evomerge.errors import ParentError
from tests.weights.adapters.adapter_cases import MODULE, LoraModel, pair, write_adapter


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


@pytest.mark.parametrize("start", ["pissa", "pissa_niter_4", "olora", "loftq"])
def test_adapters_that_change_the_base_as_well_are_refused(tmp_path, base, start):
    folder = write_adapter(tmp_path / "a", pair(), init_lora_weights=start)
    with pytest.raises(ParentError, match="changes the base as well"):
        LoraModel(base, folder)


def test_an_adapter_without_its_scale_is_refused(tmp_path, base):
    folder = write_adapter(tmp_path / "a", pair(), lora_alpha=None)
    with pytest.raises(ParentError, match="lacks a number for lora_alpha"):
        LoraModel(base, folder)
