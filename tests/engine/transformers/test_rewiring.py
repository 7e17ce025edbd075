"""A live model in another order beside the model that is saved of the same recipe."""

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from evomerge.engine.transformers.rewiring import Rewiring
from evomerge.errors import ParentError
from evomerge.merge.parents import open_parents
from tests.families import save
from tests.live import LiveBank
from tests.path_cases import CLOSE, apart, generated, live, logits, over, saved

FAMILIES = [
    "llama",
    "mistral",
    "qwen2",
    "phi",
    "gpt_neox",
    "gpt2",
    "mixtral",
    "qwen3_moe",
    "gpt_oss",
]
"""Pre-norm: grouped heads, biases, parallel attention, learnt positions, experts, two windows."""
TWICE = (0, (4, 0.8), 1, (4, 1.7), (2, 0.5), 2)
"""Layers 4 and 2 twice, one of them behind itself, and scaled."""
ZOO = ["zoo:arithmetic", "zoo:french"]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_live_path_is_the_saved_model(family, tmp_path):
    parents = [save(tmp_path / name, family, seed) for seed, name in enumerate("ab")]
    recipe = over(parents, 3, *TWICE)
    ours, theirs = live(recipe), saved(recipe, tmp_path / "saved")
    assert theirs.config.num_hidden_layers == len(TWICE)
    assert apart(ours, theirs) < CLOSE
    assert apart(live(over(parents, 3, 0, 4, 1, 4, 2, 2)), theirs) > CLOSE  # scales count


def test_so_it_is_for_the_zoos_models(tmp_path):
    recipe = over(ZOO, 4, 0, (1, 0.8), (5, 1.3), 1, (7, 0.6), 7)
    assert apart(live(recipe), saved(recipe, tmp_path / "saved")) < CLOSE


def test_without_scales_it_is_the_same_to_the_bit(tmp_path):
    recipe = over(ZOO, 4, 0, 5, 1, 5, 7)
    assert torch.equal(logits(live(recipe)), logits(saved(recipe, tmp_path / "saved")))


@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_oss"])
def test_a_layer_that_is_run_through_twice_has_two_caches(family, tmp_path):
    parents = [save(tmp_path / name, family, seed) for seed, name in enumerate("ab")]
    model = live(over(parents, 3, *TWICE))
    said = generated(model)
    assert said == generated(model, use_cache=False)
    assert len(said) > 6


def test_no_weight_is_copied_and_every_path_is_as_if_it_were_the_first(tmp_path):
    first, second = over(ZOO, 4, 0, (5, 0.7), 1, 5, 7), over(ZOO, 4, 4, 1, (1, 1.5), 3)
    bank = LiveBank(open_parents(first))
    model = live(first, bank)
    memory = {tensor.data_ptr() for tensor in bank.engine.live.tensors.values()}
    before = logits(model)
    assert live(second, bank) is model
    assert {p.data_ptr() for p in model.parameters()} <= memory
    assert torch.equal(logits(model), logits(live(second)))
    assert torch.equal(logits(live(first, bank)), before)


def test_a_model_that_is_opened_again_runs_through_its_own_layers():
    own = over(ZOO[:1], 4, 0, 1, 2, 3)
    bank = LiveBank(open_parents(own))
    before = logits(live(own.unrouted, bank))
    turned = live(over(ZOO[:1], 4, 3, 0, 1, 2, 2), bank)
    assert not torch.equal(logits(turned), before)
    assert turned.config.num_hidden_layers == 5
    again = live(own.unrouted, bank)
    assert again is turned
    assert torch.equal(logits(again), before)
    assert again.config.num_hidden_layers == 4


def test_weights_that_change_reach_every_place_of_a_layer(tmp_path):
    def recipe(scale):
        made = over(ZOO, 4, 0, 5, 1, 5).plain()
        made["slices"][1]["parameters"] = {"scale": [{"filter": "up_proj", "value": scale}, 1.0]}
        return type(over(ZOO, 4, 0)).model_validate(made)

    bank = LiveBank(open_parents(recipe(1.0)))
    before = logits(live(recipe(1.0), bank))
    changed = logits(live(recipe(0.5), bank))
    assert not torch.equal(before, changed)
    assert torch.equal(changed, logits(live(recipe(0.5))))


def test_a_model_with_states_is_written_whole(tmp_path):
    parents = [save(tmp_path / name, "mamba", seed) for seed, name in enumerate("ab")]
    recipe = over(parents, 3, 0, 4, 1, 4)
    bank = LiveBank(open_parents(recipe))
    ours = live(recipe, bank)
    assert Rewiring.of(bank.engine.live, "backbone.layers") is None
    assert ours.config.num_hidden_layers == 4
    assert torch.equal(logits(ours), logits(saved(recipe, tmp_path / "saved")))


def test_layers_that_are_allowed_to_change_with_their_place_change_live_as_well(tmp_path):
    """DiffLlama sets lambda_init by a layer's number, and config.json does not list it."""
    config = AutoConfig.for_model(
        "diffllama", vocab_size=40, hidden_size=16, intermediate_size=12, num_hidden_layers=4,
        num_attention_heads=2, num_key_value_heads=2,
    )  # fmt: skip
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path / "m")
    plain = over([str(tmp_path / "m")], 4, 3, 0, 1, 1)
    with pytest.raises(ParentError, match=r"path: layer 3 of the merge cannot become layer 0"):
        open_parents(plain)
    recipe = plain.model_copy(update={"allow_differences": ("lambda_init",)})
    assert apart(live(recipe), saved(recipe, tmp_path / "saved")) < CLOSE
