from pathlib import Path

import pytest

from evomerge.errors import ParentError
from evomerge.weights.checkpoint.config_values import check_fetched, check_shapes, check_sizes

FILE = Path("m/config.json")


def is_refused(check, config):
    try:
        check(config, FILE)
    except ParentError:
        return True
    return False


@pytest.mark.parametrize(
    "config, problem",
    [
        (
            {"num_hidden_layers": 10**9},
            "num_hidden_layers is 1000000000; no model has more than 2,",
        ),
        ({"text_config": {"n_layer": 2001}}, "n_layer is 2001"),
        ({"depths": [2, 2, 10**9]}, "depths is 1000000000"),
        (
            {"vocab_size": 10**9},
            "vocab_size is 1000000000; no model has more than 10,000,000 tokens",
        ),
        ({"hidden_size": 10**4000}, "hidden_size is 1000"),
        ({"num_labels": 1e9}, "num_labels is 1000000000.0"),
        ({"num_local_experts": 10**9}, "num_local_experts"),
    ],
)
def test_no_model_is_as_large_as_that(config, problem):
    with pytest.raises(ParentError) as caught:
        check_sizes(config, FILE)
    assert str(caught.value).startswith(f"m/config.json: {problem}")


def test_the_largest_models_are_smaller():
    sizes = {
        "num_hidden_layers": 126,
        "hidden_size": 18_432,
        "vocab_size": 901_629,
        "n_routed_experts": 2_048,
        "max_position_embeddings": 10_485_760,
        "rope_theta": 5e8,
        "tie_word_embeddings": True,
        "id2label": {str(n): "x" for n in range(5)},
    }
    assert not is_refused(check_sizes, sizes)
    for key in ("num_hidden_layers", "hidden_size", "vocab_size", "max_position_embeddings"):
        assert is_refused(check_sizes, {**sizes, key: 1000 * sizes[key]}), key


@pytest.mark.parametrize(
    "config, problem",
    [
        ({"architectures": 1}, "architectures is 1, not a list of names"),
        ({"architectures": [1]}, "architectures is [1], not a list of names"),
        ({"model_type": ["llama"]}, "model_type is ['llama'], not a name"),
        ({"text_config": "x"}, "text_config is 'x', not an object"),
    ],
)
def test_what_all_models_say_is_said_alike(config, problem):
    with pytest.raises(ParentError) as caught:
        check_shapes(config, FILE)
    assert str(caught.value) == f"m/config.json: {problem}"
    check_shapes(dict.fromkeys(config), FILE)


@pytest.mark.parametrize(
    "config",
    [
        {"attn_implementation": "someone/kernel"},
        {"_attn_implementation": "someone/kernel:run"},
        {"text_config": {"attn_implementation": "someone/kernel"}},
        {"attn_implementation": {"text_config": "someone/kernel"}},
        {"transformers_weights": "../../secret.safetensors"},
    ],
    ids=str,
)
def test_no_code_and_no_weights_are_fetched_for_a_model(config):
    with pytest.raises(ParentError, match=r"m/config.json: \w+ is '.*fetched from elsewhere"):
        check_fetched(config, FILE)


def test_implementations_that_are_transformers_own_are_let_pass():
    usual = {"attn_implementation": {"text_config": "sdpa", "": "paged|eager"}, "x": "a/b"}
    assert not is_refused(check_fetched, {**usual, "transformers_weights": "model.safetensors"})
    known = {"_attn_implementation": "flash_attention_2", "experts_implementation": None}
    assert not is_refused(check_fetched, known)
    assert is_refused(check_fetched, {**known, "experts_implementation": "a/b"})
