import torch

from evomerge.weights import Spec
from evomerge.weights.layouts.conversion import Conversion, kind_of, names_alike
from evomerge.weights.layouts.stock import StockModel
from tests.families import EXPERTS, GROUPED
from tests.tiny import CONFIG, tiny_tensors

LLAMA = StockModel.of(CONFIG)
MOE = StockModel.of({"model_type": "qwen3_moe", **GROUPED, **EXPERTS, "num_experts": 4})


def specs(tensors):
    return {name: Spec(tuple(t.shape), t.dtype) for name, t in tensors.items()}


def single_experts(layer=0, experts=4):
    """One layer's experts as Qwen publishes them."""
    named = {}
    for expert in range(experts):
        start = f"model.layers.{layer}.mlp.experts.{expert}"
        for n, (name, shape) in enumerate(
            (("gate_proj", (8, 8)), ("up_proj", (8, 8)), ("down_proj", (8, 8)))
        ):
            named[f"{start}.{name}.weight"] = torch.full(shape, float(10 * expert + n))
    return named


def test_a_kind_is_a_name_without_its_numbers():
    assert kind_of("model.layers.12.mlp.experts.3.weight") == "model.layers.#.mlp.experts.#.weight"
    assert kind_of("h.0") == "h.#"
    assert kind_of("conv1.weight") == "conv1.weight"


def test_names_of_today_are_themselves():
    conversion = Conversion(LLAMA, specs(tiny_tensors(0)))
    assert conversion.key_of == {name: name for name in tiny_tensors(0)}
    assert (conversion.groups, conversion.unused) == ([], [])


def test_what_the_class_does_not_load_is_unused():
    extra = {**tiny_tensors(0), "model.extra.weight": torch.zeros(2)}
    assert Conversion(LLAMA, specs(extra)).unused == ["model.extra.weight"]


def test_single_experts_become_one_tensor_and_single_ones_again():
    tensors = single_experts()
    conversion = Conversion(MOE, specs(tensors))
    made = {}
    for group in conversion.groups:
        made.update(group.convert(tensors.__getitem__))
    up = made["model.layers.0.mlp.experts.gate_up_proj"]
    assert up.shape == MOE.keys["model.layers.0.mlp.experts.gate_up_proj"].shape
    assert up[:, 0, 0].tolist() == [0, 10, 20, 30]
    assert up[:, -1, 0].tolist() == [1, 11, 21, 31]
    again = {}
    for group in conversion.groups:
        again.update(group.revert(made.__getitem__))
    assert again.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert torch.equal(again[name], tensor), name


def test_layers_of_a_deeper_model_are_called_as_others_are():
    conversion = Conversion(LLAMA, specs(tiny_tensors(0)))
    deeper = ["model.layers.7.mlp.up_proj.weight", "model.layers.1.mlp.up_proj.weight", "other"]
    found = names_alike(conversion, deeper)
    assert list(found) == ["model.layers.7.mlp.up_proj.weight"]
    assert kind_of(*found.values()) == "model.layers.#.mlp.up_proj.weight"
