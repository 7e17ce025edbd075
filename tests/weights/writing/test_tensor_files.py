import json
import struct

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from evomerge.weights import Spec
from evomerge.weights.writing.tensor_files import PARTIAL, TensorFiles, _shards

SPECS = {
    "a": Spec((2, 3), torch.float32),
    "empty": Spec((0, 4), torch.bfloat16),
    "b": Spec((5,), torch.bfloat16),
}
VALUES = {name: torch.arange(float(s.numel)).to(s.dtype).view(s.shape) for name, s in SPECS.items()}


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(1, 60))
def test_shards_hold_all_in_order_and_no_more_than_fits(sizes, limit):
    specs = {f"t{n}": Spec((size,), torch.float32) for n, size in enumerate(sizes)}
    shards = [*_shards(specs, limit)]
    assert [name for shard in shards for name in shard] == [*specs]
    for shard in shards:
        assert len(shard) == 1 or sum(spec.nbytes for spec in shard.values()) <= limit


@pytest.mark.parametrize("shard_bytes, files", [(10**9, 1), (30, 2), (1, 3)])
def test_parts_in_any_order_make_files_that_safetensors_reads(tmp_path, shard_bytes, files):
    made = TensorFiles(tmp_path, SPECS, shard_bytes)
    for name in ("b", "a", "empty"):
        flat = VALUES[name].flatten()
        made.write(name, [flat[:1], flat[1:]])
        assert not [*tmp_path.glob("*.safetensors")]  # none has its name before all is there
    made.finish()
    names = sorted(file.name for file in tmp_path.iterdir())
    assert len(names) == files
    assert {*made.weight_map.values()} == {*names}
    read = {k: v for name in names for k, v in load_file(tmp_path / name).items()}
    assert read.keys() == SPECS.keys()
    for name, tensor in VALUES.items():
        assert torch.equal(read[name], tensor)


def test_a_header_says_where_tensors_stand_and_ends_at_a_word(tmp_path):
    made = TensorFiles(tmp_path, SPECS, 10**9)
    for name, tensor in VALUES.items():
        made.write(name, [tensor.flatten()])
    made.finish()
    data = (tmp_path / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    assert length % 8 == 0
    header = json.loads(data[8 : 8 + length])
    assert header["b"] == {"dtype": "BF16", "shape": [5], "data_offsets": [24, 34]}


@pytest.mark.parametrize(
    "name, parts, problem",
    [
        ("a", [torch.zeros(5)], "got 20 bytes"),
        ("a", [torch.zeros(7)], r"got torch.Size\(\[7\]\)"),
        ("a", [torch.zeros(6, dtype=torch.float64)], "float64"),
        ("c", [], "expected one of 3 other tensors"),
    ],
)
def test_what_is_not_what_was_said_is_refused(tmp_path, name, parts, problem):
    made = TensorFiles(tmp_path, SPECS, 10**9)
    with pytest.raises(ValueError, match=problem):
        made.write(name, parts)
    with pytest.raises(ValueError, match="3 tensors were not written, a among them"):
        made.finish()
    made.close()
    assert all(file.name.endswith(PARTIAL) for file in tmp_path.iterdir())
