import pytest

from evomerge.weights import Relayered, offspring_config

LLAMA = {"num_hidden_layers": 3, "eos_token_id": [1, 2, 3], "architectures": ["A", "B", "C"]}


@pytest.mark.parametrize(
    "parent, stacks, expected",
    [
        (LLAMA, None, LLAMA),
        (
            LLAMA,
            [Relayered((("num_hidden_layers",),), (0, 1, 1, 2))],
            {**LLAMA, "num_hidden_layers": 4},
        ),
        (
            {"num_hidden_layers": 3, "layer_types": ["a", "b", "c"], "no_rope_layers": [1, 0, 1]},
            [Relayered((("num_hidden_layers",),), (2, 0))],
            {"num_hidden_layers": 2, "layer_types": ["c", "a"], "no_rope_layers": [1, 1]},
        ),
        (
            {"num_hidden_layers": 4, "mlp_only_layers": [0, 2], "moe_layers": []},
            [Relayered((("num_hidden_layers",),), (0, 1, 2, 2, 3))],
            {"num_hidden_layers": 5, "mlp_only_layers": [0, 2, 3], "moe_layers": []},
        ),
        (
            {
                "text_config": {"num_hidden_layers": 2, "layer_types": ["a", "b"]},
                "vision_config": {"depth": 2, "kinds": ["c", "d"]},
            },
            [Relayered((("text_config", "num_hidden_layers"),), (1,))],
            {
                "text_config": {"num_hidden_layers": 1, "layer_types": ["b"]},
                "vision_config": {"depth": 2, "kinds": ["c", "d"]},
            },
        ),
        (
            {"num_hidden_layers": 3, "encoder_layers": 3, "decoder_layers": 2},
            [
                Relayered((("num_hidden_layers",), ("encoder_layers",)), (0,)),
                Relayered((("decoder_layers",),), (0, 1, 0)),
            ],
            {"num_hidden_layers": 1, "encoder_layers": 1, "decoder_layers": 3},
        ),
    ],
)
def test_the_config_follows_the_layers(parent, stacks, expected):
    before = repr(parent)
    assert offspring_config(parent, "bfloat16", stacks) == {**expected, "dtype": "bfloat16"}
    assert repr(parent) == before


def test_the_type_stands_where_the_parent_has_it():
    assert offspring_config({"torch_dtype": "float32"}, "float16", None) == {
        "torch_dtype": "float16"
    }
