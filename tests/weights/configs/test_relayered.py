import pytest

from evomerge.errors import ParentError
from evomerge.weights import Origin, Relayered, offspring_config

LLAMA = {"num_hidden_layers": 3, "eos_token_id": [1, 2, 3], "architectures": ["A", "B", "C"]}


@pytest.mark.parametrize(
    "parent, stacks, expected",
    [
        (LLAMA, [], LLAMA),
        (
            LLAMA,
            [((("num_hidden_layers",),), (0, 1, 1, 2))],
            {**LLAMA, "num_hidden_layers": 4},
        ),
        (
            {"num_hidden_layers": 3, "layer_types": ["a", "b", "c"], "no_rope_layers": [1, 0, 1]},
            [((("num_hidden_layers",),), (2, 0))],
            {"num_hidden_layers": 2, "layer_types": ["c", "a"], "no_rope_layers": [1, 1]},
        ),
        (
            {"num_hidden_layers": 4, "mlp_only_layers": [0, 2], "moe_layers": []},
            [((("num_hidden_layers",),), (0, 1, 2, 2, 3))],
            {"num_hidden_layers": 5, "mlp_only_layers": [0, 2, 3], "moe_layers": []},
        ),
        (
            {
                "text_config": {"num_hidden_layers": 2, "layer_types": ["a", "b"]},
                "vision_config": {"depth": 2, "kinds": ["c", "d"]},
            },
            [((("text_config", "num_hidden_layers"),), (1,))],
            {
                "text_config": {"num_hidden_layers": 1, "layer_types": ["b"]},
                "vision_config": {"depth": 2, "kinds": ["c", "d"]},
            },
        ),
        (
            {"num_hidden_layers": 3, "encoder_layers": 3, "decoder_layers": 2},
            [
                ((("num_hidden_layers",), ("encoder_layers",)), (0,)),
                ((("decoder_layers",),), (0, 1, 0)),
            ],
            {"num_hidden_layers": 1, "encoder_layers": 1, "decoder_layers": 3},
        ),
    ],
)
def test_the_config_follows_the_layers(parent, stacks, expected):
    before = repr(parent)
    made = [
        Relayered.of(
            keys,
            parent,
            layers_of(parent, keys[0]),
            [Origin("m", parent, layer, layers_of(parent, keys[0])) for layer in order],
        )
        for keys, order in stacks
    ]
    assert offspring_config(parent, "bfloat16", made) == {**expected, "dtype": "bfloat16"}
    assert offspring_config(parent, "bfloat16", None) == {**parent, "dtype": "bfloat16"}
    assert repr(parent) == before


def layers_of(config, key=("num_hidden_layers",)):
    for step in key:
        config = config[step]
    return config


COUNT = (("num_hidden_layers",),)


def of_two(shallow, deep, *order):
    """Layers of a model of 3 (a) and of one of 5 (b)."""
    configs = {
        "a": {"num_hidden_layers": 3, **shallow},
        "b": {"num_hidden_layers": 5, **deep},
    }
    origins = [
        Origin(name, configs[name], layer, layers_of(configs[name])) for name, layer in order
    ]
    return offspring_config(
        configs["a"],
        "float32",
        [Relayered.of(COUNT, configs["a"], layers_of(configs["a"]), origins)],
    )


@pytest.mark.parametrize(
    "shallow, deep, expected",
    [
        ({"layer_types": [*"abc"]}, {"layer_types": [*"ABCDE"]}, {"layer_types": [*"aBE"]}),
        ({"mlp_only_layers": [0]}, {"mlp_only_layers": [3, 4]}, {"mlp_only_layers": [0, 2]}),
        (
            {"mlp_only_layers": [0, 1, 2]},
            {"mlp_only_layers": [0, 1, 2, 3, 4]},
            {"mlp_only_layers": [0, 1, 2]},
        ),
        ({"moe_layers": []}, {"moe_layers": [1]}, {"moe_layers": [1]}),
        ({"sizes": [7, 8, 9]}, {"sizes": [7, 8, 9]}, {"sizes": [7, 8, 9]}),
        ({"sizes": [7, 8]}, {"sizes": [7, 8, 9]}, {"sizes": [7, 8]}),
    ],
)
def test_each_entry_is_the_layers_own(shallow, deep, expected):
    made = of_two(shallow, deep, ("a", 0), ("b", 1), ("b", 4))
    assert made == {"num_hidden_layers": 3, "dtype": "float32", **expected}


def test_a_model_as_deep_that_tells_nothing_of_its_layers_has_those_of_the_parent():
    """transformers 4 did not write layer_types."""
    parent, older = {"num_hidden_layers": 3, "layer_types": [*"abc"]}, {"num_hidden_layers": 3}
    origins = [Origin("old", older, 2, 3), Origin("new", parent, 0, 3)]
    made = offspring_config(parent, "float32", [Relayered.of(COUNT, parent, 3, origins)])
    assert made["layer_types"] == [*"ca"]


@pytest.mark.parametrize("deep", [{}, {"layer_types": [*"ABC"]}, {"layer_types": None}])
def test_a_model_that_does_not_tell_its_layers_is_refused(deep):
    with pytest.raises(ParentError, match=r"b: config\.json has no layer_types for each"):
        of_two({"layer_types": [*"abc"]}, deep, ("a", 0), ("b", 4))


def test_the_type_stands_where_the_parent_has_it():
    assert offspring_config({"torch_dtype": "float32"}, "float16", None) == {
        "torch_dtype": "float16"
    }
