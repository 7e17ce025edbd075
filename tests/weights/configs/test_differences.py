"""Configs are compared as transformers reads them."""

import pytest
from transformers import AutoConfig

from evomerge.weights.configs.differences import differences, labels_differ

LLAMA = {"model_type": "llama", "num_hidden_layers": 2, "hidden_size": 64}


def keys(ours, theirs, **how):
    return [one.key for one in differences(ours, theirs, **how)]


@pytest.mark.parametrize("kind", ["llama", "gemma2", "qwen2", "bert", "gpt2", "t5", "clip", "vit"])
def test_what_is_left_to_defaults_is_what_is_spelled_out(kind):
    whole = AutoConfig.for_model(kind).to_dict()
    assert keys({"model_type": kind}, whole) == []
    assert keys(whole, {"model_type": kind}) == []


@pytest.mark.parametrize(
    "changes, key",
    [
        ({"rope_theta": 1e6}, "rope_parameters.rope_theta"),
        ({"rms_norm_eps": 0.1}, "rms_norm_eps"),
        ({"hidden_act": "relu"}, "hidden_act"),
        ({"num_attention_heads": 4}, "num_attention_heads"),
        (
            {"rope_scaling": {"rope_type": "linear", "factor": 2.0}, "rope_theta": 1e4},
            "rope_parameters.rope_type",
        ),
    ],
)
def test_what_changes_results_is_told_whoever_says_it(changes, key):
    theirs = {**LLAMA, **changes}
    assert key in keys(LLAMA, theirs)
    assert key in keys(theirs, LLAMA)
    name = key.rpartition(".")[2]
    assert key not in keys(LLAMA, theirs, allowed=[name])
    assert key not in keys(LLAMA, theirs, allowed=[key])


@pytest.mark.parametrize(
    "changes",
    [
        {"dtype": "bfloat16"},
        {"torch_dtype": "float16"},
        {"_name_or_path": "somewhere", "transformers_version": "4.30.0"},
        {"attention_dropout": 0.1, "initializer_range": 0.5},
        {"use_cache": False, "eos_token_id": [2, 7], "pad_token_id": 3},
        {"max_position_embeddings": 131072},
        {"architectures": ["LlamaModel"], "unsloth_version": "2026.1"},
        {"hidden_act": "swish"},
        {"rope_theta": 10000},
        {"rope_parameters": {"rope_theta": 1e4, "rope_type": "default"}},
        {"router_aux_loss_coef": 0.5, "output_attentions": True},
        {"cache_implementation": "static", "pad_token": "<pad>", "neftune_noise_alpha": 5},
        {"something_that_nothing_reads": 1},
    ],
    ids=str,
)
def test_what_changes_no_result_is_no_difference(changes):
    assert keys(LLAMA, {**LLAMA, **changes}) == []


def test_what_only_sounds_neutral_is_told():
    assert keys({"model_type": "esm"}, {"model_type": "esm", "token_dropout": True}) == [
        "token_dropout"
    ]
    ours = {"model_type": "mobilenet_v2"}
    assert keys(ours, {**ours, "output_stride": 8}) == ["output_stride"]


def test_code_that_came_with_a_model_may_read_any_key():
    ours = {**LLAMA, "auto_map": {"AutoModel": "mine.Model"}}
    assert keys(ours, {**ours, "scale": 2.0}) == ["scale"]


def test_two_names_are_one_activation_where_their_values_are():
    assert keys({"model_type": "gemma", "hidden_act": "gelu"}, {"model_type": "gemma"}) == []
    gpt = {"model_type": "gpt2"}
    assert keys({**gpt, "activation_function": "gelu_pytorch_tanh"}, gpt) == []
    assert keys({**gpt, "activation_function": "gelu"}, gpt) == ["activation_function"]


def test_positions_count_where_the_rotation_depends_on_them():
    scaled = {**LLAMA, "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}, "rope_theta": 1e4}
    other = {**scaled, "max_position_embeddings": 77}
    assert "max_position_embeddings" in keys(scaled, other)


def test_models_of_other_depths_are_compared_but_for_their_layers():
    ours = {"model_type": "gemma2", "num_hidden_layers": 2}
    theirs = {"model_type": "gemma2", "num_hidden_layers": 4}
    assert keys(ours, theirs, in_depth=False) == []
    assert "num_hidden_layers" in keys(ours, theirs)
    assert keys(ours, {**theirs, "head_dim": 64}, in_depth=False) == ["head_dim"]


def test_a_model_that_transformers_does_not_know_is_compared_as_it_is():
    mine = {"model_type": "mine", "scale": 2, "text_config": {"steps": 3}}
    assert keys(mine, {**mine, "dtype": "float16"}) == []
    assert keys(mine, {**mine, "text_config": {"steps": 4}}) == ["text_config.steps"]


def test_labels_in_another_order_are_told():
    ours = {"id2label": {"0": "no", "1": "yes"}}
    assert labels_differ(ours, {"id2label": {0: "no", 1: "yes"}}) is None
    assert labels_differ(ours, {}) is None
    found = labels_differ(ours, {"id2label": {"0": "yes", "1": "no"}})
    assert (found.key, found.ours, found.theirs) == ("id2label.0", "no", "yes")
