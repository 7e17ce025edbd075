import json
import os

import pytest
import torch

from evomerge.errors import NoRoomError, ParentError, UserError
from evomerge.reading.manifest import Manifest, Unlike
from evomerge.training.adapter import Adapter
from evomerge.training.data_file import from_file
from evomerge.training.example import Example
from evomerge.training.order import Trained, TrainingOrder
from evomerge.training.texts import TrainingText
from evomerge.training.writing import write_adapter
from evomerge.weights import open_parent
from tests.training.training_cases import order, tiny_base
from tests.weights.adapters.adapter_cases import pair

EXAMPLES = [Example("2 + 2 =", " 4"), Example("1 + 1 =", " 2", "program"), Example("x", "")]
CONFIG = json.dumps({"peft_type": "LORA", "r": 2, "lora_alpha": 4})


def written(tmp_path, out):
    texts = tuple(TrainingText(one.sha256, (3, 4, 1), 1) for one in EXAMPLES[:2])
    given = TrainingOrder(order().settings, texts, 7)
    learnt = Trained(pair(), CONFIG, 4, 99, 1.5, 0.25)
    base = tiny_base(tmp_path)
    return write_adapter(out, EXAMPLES, given, learnt, base, "cpu"), base


def test_the_folder_says_all_that_it_was_made_of(tmp_path):
    adapter, base = written(tmp_path, tmp_path / "a")
    assert Adapter.read(tmp_path / "a") == adapter
    assert adapter.examples == {"human": 1, "program": 1}
    assert (adapter.left_out, adapter.seed, adapter.base) == (1, 7, base.pinned)
    examples, texts = from_file(tmp_path / "a" / "data.jsonl")
    assert (len(examples), len(texts)) == (3, 2)
    assert Manifest.of(tmp_path / "a").weights_sha256 == adapter.weights_sha256
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "data.jsonl",
        "manifest.json",
        "training.json",
    ]
    adapted = open_parent(f"{base.name}+{tmp_path / 'a'}").tensors
    name = "model.layers.1.self_attn.q_proj.weight"
    lora_a, lora_b = pair().values()
    assert torch.allclose(adapted.tensor(name), base.tensors.tensor(name) + 2 * lora_b @ lora_a)


@pytest.mark.parametrize("file", ["adapter_model.safetensors", "adapter_config.json"])
def test_an_adapter_that_has_changed_is_no_parent(tmp_path, file):
    _, base = written(tmp_path, tmp_path / "a")
    whole = (tmp_path / "a" / file).read_bytes()
    changed = whole.replace(b"4", b"3") if file.endswith("json") else whole[:-1] + b"\1"
    (tmp_path / "a" / file).write_bytes(changed)
    with pytest.raises(Unlike, match="when the folder was written"):
        open_parent(f"{base.name}+{tmp_path / 'a'}")


def test_what_exists_stays(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine").touch()
    with pytest.raises(UserError, match="exists already"):
        written(tmp_path, tmp_path / "a")


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(NoRoomError):
        written(tmp_path, tmp_path / "a")
    assert [one.name for one in tmp_path.iterdir()] == ["base"]


def test_an_adapter_without_a_record_is_not_ours(tmp_path):
    with pytest.raises(ParentError, match=r"training\.json"):
        Adapter.read(tmp_path)
