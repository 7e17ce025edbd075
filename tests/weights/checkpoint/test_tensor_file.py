"""Files of weights that cannot be read through, and links to others."""

import json
import os
import struct

import pytest
import torch
from safetensors.torch import save_file

from evomerge.errors import ParentError
from evomerge.weights.checkpoint.tensor_file import open_tensors


def header(path, entries, size):
    """A file that claims tensors, and is as long as it says without holding any."""
    text = json.dumps(entries).encode()
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        stream.truncate(8 + len(text) + size)


def told(path):
    with pytest.raises(ParentError) as caught:
        open_tensors(path)
    return str(caught.value)


def test_a_file_is_opened(tmp_path):
    save_file({"w": torch.ones(2)}, tmp_path / "m.safetensors")
    assert open_tensors(tmp_path / "m.safetensors").keys() == ["w"]


def test_four_terabytes_of_nothing_are_not_read(tmp_path):
    size = 1 << 42
    header(tmp_path / "m", {"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}, size)
    assert told(tmp_path / "m").endswith(
        "m: is mostly holes, so not what was downloaded; get it again"
    )


def test_a_few_holes_are_none(tmp_path):
    size = 1 << 24
    header(tmp_path / "m", {"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}, size)
    assert open_tensors(tmp_path / "m").keys() == ["w"]


@pytest.mark.parametrize(
    "offsets", [[[0, 8], [0, 8]], [[0, 8], [4, 12]], [[0, 8], [8, 400]], [[0, 8], [16, 24]]]
)
def test_tensors_that_overlap_or_end_beyond_the_file_are_damage(tmp_path, offsets):
    entries = {
        str(n): {"dtype": "F32", "shape": [2], "data_offsets": each}
        for n, each in enumerate(offsets)
    }
    header(tmp_path / "m", entries, 16)
    assert "m: damaged or not safetensors" in told(tmp_path / "m")


def test_a_header_may_claim_so_many_tensors(tmp_path, monkeypatch):
    monkeypatch.setattr("evomerge.weights.checkpoint.tensor_file.MOST_TENSORS", 2)
    save_file({name: torch.ones(1) for name in "abc"}, tmp_path / "m")
    assert told(tmp_path / "m").endswith("m: holds 3 tensors; a model has 2 at most; get it again")


def test_weights_elsewhere_are_not_followed(tmp_path):
    save_file({"w": torch.ones(2)}, tmp_path / "w.safetensors")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "m.safetensors").symlink_to("../w.safetensors")
    assert "is a link out of its folder" in told(tmp_path / "model" / "m.safetensors")
    os.link(tmp_path / "w.safetensors", tmp_path / "model" / "n.safetensors")
    assert open_tensors(tmp_path / "model" / "n.safetensors").keys() == ["w"]
