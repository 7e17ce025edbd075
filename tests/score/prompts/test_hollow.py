"""Models without weights say what lm-eval asks of them."""

import pytest

from evomerge.errors import ParentError
from evomerge.score.prompts.hollow import hollow_model
from evomerge.weights.configs.known import generation_settings, known
from tests.families import FAMILIES

LLAMA = {"model_type": "llama", **FAMILIES["llama"][2]}
T5 = {"model_type": "t5", **FAMILIES["t5"][2], "num_beams": 3}


def test_no_memory_is_taken_and_the_config_is_of_the_text():
    hollow = hollow_model(known(LLAMA), None)
    assert hollow.device.type == "meta"
    assert hollow.config.max_position_embeddings == 16
    assert hollow_model(known(T5), None).config.is_encoder_decoder


def test_generation_is_as_transformers_reads_it():
    """Without a file of its own by config.json; config objects have no settings of that kind."""
    assert hollow_model(known(T5), None).generation_config.num_beams is None
    for own, beams in ((None, 3), ({"num_beams": 2}, 2), ({}, None)):
        hollow = hollow_model(known(T5), generation_settings(T5, own))
        assert hollow.generation_config.num_beams == beams


@pytest.mark.parametrize("kind", ["whisper", "vit"])
def test_what_is_no_language_model_is_told(kind):
    with pytest.raises(ParentError, match="not a language model"):
        hollow_model(known({"model_type": kind}), None)
