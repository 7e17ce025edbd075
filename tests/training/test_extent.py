import pytest

from evomerge.errors import UserError
from evomerge.recipe import Training
from evomerge.training.extent import extent_of
from evomerge.weights import open_parent


def test_it_is_as_large_as_what_is_trained(tmp_path):
    base = open_parent("zoo:base")
    extent = extent_of(Training(rank=3, target=("q_proj",)), base)
    config = base.config
    layers, width = config["num_hidden_layers"], config["hidden_size"]
    heads = config["num_attention_heads"] * config.get(
        "head_dim", width // config["num_attention_heads"]
    )
    assert extent.modules == layers
    assert extent.numbers == layers * 3 * (width + heads)
    assert extent.base_numbers == sum(spec.numel for spec in base.tensors.specs.values())
    assert extent.held_bytes == 4 * extent.base_numbers + 16 * extent.numbers


def test_what_is_no_linear_layer_is_refused_before_a_run():
    with pytest.raises(UserError, match=r"evolve\.training\.target"):
        extent_of(Training(target=("nothing",)), open_parent("zoo:base"))
