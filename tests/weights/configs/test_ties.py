import pytest

from evomerge.weights.configs.ties import ties, untied_config


@pytest.mark.parametrize(
    "config, tied",
    [
        ({"model_type": "llama", "tie_word_embeddings": True}, True),
        ({"model_type": "llama", "tie_word_embeddings": False}, False),
        ({"model_type": "gpt2"}, True),  # its type's default
        ({"model_type": "llama"}, False),
        ({"model_type": "mine"}, False),
        ({"model_type": "mine", "text_config": {"tie_word_embeddings": True}}, True),
        ({"tie_word_embeddings": False, "text_config": {"tie_word_embeddings": True}}, False),
    ],
)
def test_what_config_says_or_its_types_default(config, tied):
    assert ties(config) is tied


def test_an_untied_config_is_untied_wherever_it_speaks_of_it():
    config = {"model_type": "m", "text_config": {"tie_word_embeddings": True, "depth": 2}}
    untied = untied_config(config)
    assert untied == {
        "model_type": "m",
        "tie_word_embeddings": False,
        "text_config": {"tie_word_embeddings": False, "depth": 2},
    }
    assert not ties(untied)
    assert config["text_config"]["tie_word_embeddings"]
