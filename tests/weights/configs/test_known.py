import math

import pytest

from evomerge.weights.configs.known import is_encoder_decoder, known, language_model_class


def test_floats_that_json_has_no_word_for_are_read_as_transformers_writes_them():
    config = {"model_type": "nemotron_h", "time_step_limit": [0.0, {"__float__": "Infinity"}]}
    assert list(known(config).time_step_limit) == [0.0, math.inf]


def test_what_is_given_is_not_changed():
    config = {"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 2.0}}
    before = repr(config)
    known(config)
    assert repr(config) == before


def test_a_type_that_transformers_does_not_know_raises():
    with pytest.raises(ValueError, match="mine"):
        known({"model_type": "mine"})


@pytest.mark.parametrize(
    "config, name, encodes",
    [
        ({"model_type": "llama"}, "AutoModelForCausalLM", False),
        ({"model_type": "t5"}, "AutoModelForSeq2SeqLM", True),
        ({"model_type": "bart"}, "AutoModelForSeq2SeqLM", True),
        ({"model_type": "bart", "is_encoder_decoder": False}, "AutoModelForCausalLM", False),
        ({"model_type": "llava"}, "AutoModelForImageTextToText", False),
    ],
)
def test_a_language_model_has_a_decoder_alone_or_an_encoder_too_or_reads_images(
    config, name, encodes
):
    assert language_model_class(known(config)).__name__ == name
    assert is_encoder_decoder(known(config)) is encodes
