import torch

from evomerge.weights import Checkpoint, Spec
from evomerge.weights.layouts.conversion import Conversion
from evomerge.weights.layouts.relaid import Relaid, StoredAt
from evomerge.weights.layouts.stock import StockModel
from tests.families import EXPERTS, GROUPED
from tests.tiny import tiny_tensors, write_model
from tests.weights.layouts.test_conversion import single_experts, specs

CONFIG = {"model_type": "qwen3_moe", **GROUPED, **EXPERTS, "num_experts": 4}
STOCK = StockModel.of(CONFIG)
STACKED = "model.layers.0.mlp.experts.gate_up_proj"


def checkpoint(folder, tensors):
    return Checkpoint(write_model(folder, tensors, CONFIG))


def test_one_tensor_of_all_experts_is_read_as_single_ones(tmp_path):
    single = single_experts()
    layout = Conversion(STOCK, specs(single))
    whole = {}
    for group in layout.groups:
        whole.update(group.convert(single.__getitem__))
    stored = checkpoint(tmp_path / "m", {n: t.contiguous() for n, t in whole.items()})
    sources = {key: StoredAt(key, key) for key in whole}
    relaid = Relaid(stored, sources, layout, {})
    assert relaid.specs == specs(single)
    for name, tensor in single.items():
        assert torch.equal(relaid.tensor(name), tensor), name
    assert relaid.content_hash == stored.content_hash


def test_single_experts_are_read_as_one_tensor(tmp_path):
    single = single_experts()
    stored = checkpoint(tmp_path / "m", single)
    conversion = Conversion(STOCK, stored.specs)
    keys = {key: STOCK.keys[key] for key in conversion.given}
    layout = Conversion(STOCK, {key: Spec(tuple(t.shape), t.dtype) for key, t in keys.items()})
    sources = {key: StoredAt(has, key) for key, has in conversion.given.items()}
    relaid = Relaid(stored, sources, layout, {})
    assert relaid.specs.keys() == keys.keys()
    made = relaid.tensor(STACKED)
    assert relaid.specs[STACKED] == Spec(tuple(made.shape), made.dtype)
    assert made[:, 0, 0].tolist() == [0, 10, 20, 30]


def test_what_a_checkpoint_lacks_is_anothers(tmp_path):
    tensors = {f"model.layers.0.mlp.experts.{n}": t for n, t in tiny_tensors(0).items()}
    giver = checkpoint(tmp_path / "giver", {"extra": torch.ones(3), **tensors})
    stored = checkpoint(tmp_path / "m", {"model.norm.weight": torch.zeros(8)})
    layout = Conversion(STOCK, stored.specs)
    sources = {"model.norm.weight": StoredAt("model.norm.weight", "model.norm.weight")}
    relaid = Relaid(stored, sources, layout, {"extra": giver})
    assert list(relaid.specs) == ["extra", "model.norm.weight"]
    assert relaid.tensor("extra").tolist() == [1, 1, 1]
