"""Configs that leave sizes to transformers say in the end what transformers reads."""

import pytest
from transformers import AutoConfig

from evomerge.weights.configs.defaults import completed
from tests.families import FAMILIES


@pytest.mark.parametrize("kind", ["llama", "gpt2", "t5", "bart", "xlnet", "mamba"])
def test_what_is_left_out_is_what_transformers_reads(kind):
    made = completed({"model_type": kind, "torch_dtype": "bfloat16"})
    known = AutoConfig.for_model(kind)
    names = {known.attribute_map.get(key, key) for key in ("vocab_size", "num_hidden_layers")}
    assert made.keys() == {"model_type", "torch_dtype", *names}
    assert {made[name] for name in names} == {known.vocab_size, known.num_hidden_layers}


def test_in_a_model_of_parts_the_texts_sizes_are_told():
    """As in google/gemma-3-4b-it."""
    text = {"hidden_size": 2560, "num_hidden_layers": 34, "model_type": "gemma3_text"}
    config = {"model_type": "gemma3", "text_config": text, "vision_config": {"hidden_size": 1152}}
    made = completed(config)
    assert made == {**config, "text_config": {**text, "vocab_size": 262208}}
    assert "vocab_size" not in text


@pytest.mark.parametrize("family", FAMILIES)
def test_a_config_that_tells_all_stays(family):
    _, _, settings = FAMILIES[family]
    if "vocab_size" in settings:
        assert completed(settings) is settings


@pytest.mark.parametrize("config", [{}, {"model_type": "mine"}, {"model_type": "vit"}])
def test_what_transformers_does_not_tell_stays_untold(config):
    assert "vocab_size" not in completed(config)
