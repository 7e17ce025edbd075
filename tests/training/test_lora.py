import json
from collections.abc import Mapping

import pytest
import torch
from transformers import AutoModelForCausalLM

from evomerge.errors import UserError
from evomerge.recipe import Training
from evomerge.training.lora import LowRankModel
from tests.training.training_cases import tiny_base

Q = "base_model.model.model.layers.0.self_attn.q_proj.lora_"


@pytest.fixture
def model(tmp_path):
    folder = tiny_base(tmp_path).folder
    return AutoModelForCausalLM.from_pretrained(folder).requires_grad_(False)


def test_all_linear_layers_but_the_output_have_matrices(model):
    found = LowRankModel(model, Training(rank=2), 0).matrices
    assert isinstance(found, Mapping)
    assert [*found] == sorted(found)
    assert len(found) == 3 * 7 * 2
    assert found[f"{Q}A.weight"].shape == (2, 8)
    assert not any("lm_head" in name or "embed" in name for name in found)


def test_named_modules_alone_have_matrices(model):
    found = LowRankModel(model, Training(rank=2, target=("q_proj", "v_proj")), 0).matrices
    assert {name.split(".")[-3] for name in found} == {"q_proj", "v_proj"}


def test_first_values_follow_from_seed_and_name_and_change_nothing(model):
    before = torch.get_rng_state()
    ids = torch.tensor([[3, 4, 5]])
    plain = model(ids).logits
    first = {n: p.detach().clone() for n, p in LowRankModel(model, Training(), 5).matrices.items()}
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(model(ids).logits, plain)
    bound = 8**-0.5
    assert 0.8 * bound < first[f"{Q}A.weight"].abs().max() <= bound
    assert first[f"{Q}A.weight"][0, 0].item() == FIRST
    assert not first[f"{Q}B.weight"].any()


FIRST = -0.17729544639587402
"""Of the seed 5: an adapter is trained again years later."""


def test_another_seed_begins_elsewhere(tmp_path):
    folder = tiny_base(tmp_path).folder
    of = {}
    for seed in (5, 6):
        model = AutoModelForCausalLM.from_pretrained(folder)
        of[seed] = LowRankModel(model, Training(), seed).matrices[f"{Q}A.weight"]
    assert not torch.equal(of[5], of[6])


@pytest.mark.parametrize(
    "target, said", [("nothing", "target"), ("embed_tokens", "embed_tokens is no linear layer")]
)
def test_what_cannot_be_learnt_is_told(model, target, said):
    with pytest.raises(UserError, match=said):
        LowRankModel(model, Training(target=(target,)), 0)


def test_the_config_says_what_a_reader_needs(model):
    lora = LowRankModel(model, Training(rank=4), 0)
    said = json.loads(lora.config_json("zoo:base"))
    assert (said["r"], said["lora_alpha"], said["peft_type"]) == (4, 8, "LORA")
    assert said["base_model_name_or_path"] == "zoo:base"
    assert said["target_modules"] == sorted(said["target_modules"])
