import json

import pytest
import torch
from safetensors.torch import save_file

from evomerge.errors import ParentError
from evomerge.weights import Checkpoint
from tests.tiny import tiny_tensors, write_model

TENSORS = tiny_tensors(0)


def write_shards(folder, *, index=None):
    """The tiny model in two files with an index, which can be replaced by a wrong one."""
    folder.mkdir()
    names = sorted(TENSORS)
    halves = {"a.safetensors": names[:10], "b.safetensors": names[10:]}
    for file, chosen in halves.items():
        save_file({name: TENSORS[name] for name in chosen}, folder / file)
    weight_map = {name: file for file, chosen in halves.items() for name in chosen}
    text = json.dumps({"weight_map": {**weight_map, **(index or {})}})
    (folder / "model.safetensors.index.json").write_text(text)
    (folder / "config.json").write_text("{}")
    return folder


def test_tensors_and_hash_do_not_depend_on_shards(tmp_path):
    whole = Checkpoint(write_model(tmp_path / "whole", TENSORS))
    shards = Checkpoint(write_shards(tmp_path / "shards"))
    assert list(whole.specs) == list(shards.specs) == sorted(TENSORS)
    for name, tensor in TENSORS.items():
        assert torch.equal(shards.tensor(name), tensor)
        assert shards.specs[name].shape == tuple(tensor.shape)
    assert whole.content_hash == shards.content_hash


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64, torch.int32])
def test_every_type_is_read_as_it_is(tmp_path, dtype):
    tensor = torch.arange(6).to(dtype).reshape(2, 3)
    checkpoint = Checkpoint(write_model(tmp_path / "m", {"x": tensor, "empty": tensor[:0]}))
    assert checkpoint.specs["x"].dtype == dtype
    assert torch.equal(checkpoint.tensor("x"), tensor)
    assert checkpoint.tensor("empty").shape == (0, 3)
    assert len(checkpoint.content_hash) == 64


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2, torch.complex64])
def test_other_types_are_refused_with_what_to_do(tmp_path, dtype):
    checkpoint = Checkpoint(write_model(tmp_path / "m", {"x": torch.zeros(2, 2).to(dtype)}))
    with pytest.raises(ParentError, match=r"x has type .*; merging takes .*dequantized first"):
        _ = checkpoint.specs


def test_scalars_and_empty_tensors_are_tensors(tmp_path):
    tensors = {"scalar": torch.tensor(3.0), "none": torch.zeros(0, 3), "vector": torch.ones(1)}
    checkpoint = Checkpoint(write_model(tmp_path / "m", tensors))
    assert {n: spec.shape for n, spec in checkpoint.specs.items()} == {
        "none": (0, 3),
        "scalar": (),
        "vector": (1,),
    }
    assert [spec.numel for spec in checkpoint.specs.values()] == [0, 1, 1]
    assert all(torch.equal(checkpoint.tensor(name), tensor) for name, tensor in tensors.items())


@pytest.mark.parametrize("cut", [4, 100, -1])
def test_a_truncated_file_is_refused(tmp_path, cut):
    folder = write_model(tmp_path / "m", TENSORS)
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ParentError, match=r"model.safetensors: damaged"):
        Checkpoint(folder)


@pytest.mark.parametrize("file", ["../a.safetensors", "/etc/passwd", "x/../../a", "", ".."])
def test_an_index_that_points_out_of_its_folder_is_refused(tmp_path, file):
    (tmp_path / "a.safetensors").write_bytes(b"")
    folder = write_shards(tmp_path / "m", index={"model.norm.weight": file})
    with pytest.raises(ParentError, match="points out of the folder"):
        Checkpoint(folder)


def test_an_index_that_names_no_file_of_the_folder_is_refused(tmp_path):
    with pytest.raises(ParentError, match=r"c.safetensors: missing"):
        Checkpoint(write_shards(tmp_path / "1", index={"x": "c.safetensors"}))
    folder = write_shards(tmp_path / "3")
    (folder / "model.safetensors.index.json").write_text("[]")
    with pytest.raises(ParentError, match="not a JSON object"):
        Checkpoint(folder)


def test_files_count_and_not_what_their_index_lists(tmp_path):
    exact = Checkpoint(write_shards(tmp_path / "exact"))
    absent = Checkpoint(write_shards(tmp_path / "absent", index={"x": "a.safetensors"}))
    elsewhere = write_shards(tmp_path / "elsewhere", index={"model.norm.weight": "a.safetensors"})
    unlisted = write_shards(tmp_path / "unlisted")
    path = unlisted / "model.safetensors.index.json"
    index = json.loads(path.read_text())
    del index["weight_map"]["model.norm.weight"]
    path.write_text(json.dumps(index))
    for checkpoint in (absent, Checkpoint(elsewhere), Checkpoint(unlisted)):
        assert checkpoint.specs == exact.specs
        assert checkpoint.content_hash == exact.content_hash


def test_a_tensor_in_two_files_is_one_where_both_are_equal(tmp_path):
    folder = write_shards(tmp_path / "m")
    name = sorted(TENSORS)[-1]
    whole = {n: TENSORS[n] for n in [*sorted(TENSORS)[:10], name]}
    save_file(whole, folder / "a.safetensors")
    assert Checkpoint(folder).content_hash == Checkpoint(write_shards(tmp_path / "n")).content_hash
    save_file({**whole, name: TENSORS[name] + 1}, folder / "a.safetensors")
    with pytest.raises(ParentError, match=f"{name} stands in a.safetensors as well, with other"):
        Checkpoint(folder)


def test_the_one_file_goes_before_an_index_as_in_transformers(tmp_path):
    folder = write_shards(tmp_path / "m")
    other = tiny_tensors(1)
    save_file(other, folder / "model.safetensors")
    name = "model.norm.weight"
    assert torch.equal(Checkpoint(folder).tensor(name), other[name])


def test_an_adapter_alone_is_told_how_to_be_written(tmp_path):
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "org/base"}')
    with pytest.raises(ParentError, match=rf"is an adapter.*as in org/base\+{tmp_path}"):
        Checkpoint(tmp_path)


def test_pickled_weights_are_refused_without_being_opened(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"not even a pickle")
    with pytest.raises(ParentError, match="only pickled weights"):
        Checkpoint(tmp_path)


def test_absent_and_empty_folders_are_refused(tmp_path):
    with pytest.raises(ParentError, match="no such model folder"):
        Checkpoint(tmp_path / "absent")
    with pytest.raises(ParentError, match="holds neither"):
        Checkpoint(tmp_path)
