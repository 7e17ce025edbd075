import pytest
import torch

from evomerge.errors import ParentError
from evomerge.weights import open_parent
from evomerge.weights.layouts.residual import check_scaling, writes_residual
from tests.families import build, save

STACKS = {
    "gpt2": "transformer.h",
    "gpt_neox": "gpt_neox.layers",
    "mamba": "backbone.layers",
}
FOLDED = ["llama", "qwen2", "phi", "gpt_neox", "gpt2", "mixtral", "qwen3_moe", "gpt_oss", "mamba"]


def refusal(tmp_path, family):
    """Why layers of a family cannot be scaled; nothing where they can."""
    parent = open_parent(save(tmp_path / family, family, 0, **_two(family)))
    try:
        check_scaling(parent.config, STACKS.get(family, "model.layers"), parent.tensors.specs)
    except ParentError as error:
        return str(error)
    return None


def _two(family):
    return {"n_layer": 2} if family == "gpt2" else {"num_hidden_layers": 2}


@pytest.mark.parametrize("family", FOLDED)
def test_scales_can_be_folded_into_layers_that_read_through_a_norm(tmp_path, family):
    assert refusal(tmp_path, family) is None


def test_behind_a_norm_they_cannot(tmp_path):
    told = refusal(tmp_path, "gemma2")
    assert told.startswith("the layers of gemma2 cannot be scaled")
    assert "norms behind att" in told


def test_a_model_that_nobody_knows_is_not_scaled(tmp_path):
    specs = open_parent(save(tmp_path / "m", "llama", 0)).tensors.specs
    with pytest.raises(ParentError, match="transformers knows no strange"):
        check_scaling({"model_type": "strange"}, "model.layers", specs)


@pytest.mark.parametrize("family", ["llama", "gpt2", "mixtral", "gpt_oss"])
def test_what_writes_to_the_stream_is_of_its_width(family):
    """A layer with nothing in its writers gives what it was given."""
    model = build(family, 0)
    layers = model.get_submodule(STACKS.get(family, "model.layers"))
    with torch.no_grad():
        for name, parameter in layers.named_parameters():
            if writes_residual(name):
                parameter.zero_()
    seen = []
    layers[0].register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    layers[-1].register_forward_hook(
        lambda _, __, out: seen.append(out[0] if isinstance(out, tuple) else out)
    )
    model(input_ids=torch.tensor([[2, 3, 4]]))
    assert torch.equal(*seen)


def test_names_of_what_only_reads_it_are_others():
    for name in ("self_attn.q_proj.weight", "mlp.up_proj.weight", "mlp.dense_h_to_4h.weight"):
        assert not writes_residual(f"model.layers.3.{name}")
    for name in ("self_attn.o_proj.weight", "attn.c_proj.bias", "mlp.experts.2.w2.weight"):
        assert writes_residual(f"model.layers.3.{name}")
    assert writes_residual("mlp.experts.down_proj_bias")
