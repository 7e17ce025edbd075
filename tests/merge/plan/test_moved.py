import pytest
from transformers import AutoConfig, AutoModelForCausalLM

from evomerge.errors import ParentError
from tests.merge.plan.slice_cases import of_layers, planned, slices


def dense_first(name, layer):
    return name if layer == 0 else name.replace("mlp.", "mlp.experts.0.")


def test_layers_of_another_kind_cannot_take_a_place_that_config_does_not_list(tmp_path):
    """The first layers of DeepSeek's models have no experts, and config.json counts them."""
    a = of_layers(tmp_path / "a", 0, 3, dense_first)
    plan, _ = planned(slices((a, 0, 2), (a, 1, 3)))
    assert plan.layers[0].order == (0, 1, 1, 2)
    with pytest.raises(ParentError, match="layer 1 cannot become layer 0"):
        planned(slices((a, 1, 3)))
    with pytest.raises(ParentError, match="layer 0 cannot become layer 2"):
        planned(slices((a, 0, 2), (a, 0, 1)))


def test_layers_of_any_kind_move_where_config_lists_them(tmp_path):
    kinds = ["dense", "sparse", "sparse"]
    a = of_layers(tmp_path / "a", 0, 3, dense_first, mlp_layer_types=kinds)
    plan, operations = planned(slices((a, 1, 3), (a, 0, 1)))
    assert plan.layers[0].order == (1, 2, 0)
    assert "model.layers.2.mlp.up_proj.weight" in operations
    b = of_layers(tmp_path / "b", 0, 3, dense_first, layer_types=["full", "full", "full"])
    with pytest.raises(ParentError, match="cannot become layer 0"):
        planned(slices((b, 1, 3), (b, 0, 1)))


def test_a_setting_that_follows_from_a_layers_number_is_not_changed_in_silence(tmp_path):
    config = AutoConfig.for_model(
        "diffllama", vocab_size=40, hidden_size=16, intermediate_size=12, num_hidden_layers=4,
        num_attention_heads=2, num_key_value_heads=2,
    )  # fmt: skip
    AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path / "m")
    recipe = slices((tmp_path / "m", 0, 2), (tmp_path / "m", 1, 4))
    with pytest.raises(ParentError, match=r"layer 1 of .*m cannot become layer 2: lambda_init of"):
        planned(recipe)
    planned(f"{recipe}\nallow_differences: [lambda_init]")
