import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest
import torch
from blake3 import blake3
from safetensors.torch import load_file

from evomerge.errors import EvomergeError, ParentError, UserError
from evomerge.weights import Checkpoint, FolderWriter, Spec
from tests.tiny import tiny_tensors

TENSORS = dict(sorted(tiny_tensors(0).items()))
SPECS = {name: Spec(tuple(t.shape), t.dtype) for name, t in TENSORS.items()}


def write(out, **options):
    with FolderWriter(out, **options) as writer:
        sha256 = writer.write_tensors(SPECS, TENSORS.items())
        writer.write_text("config.json", "{}")
    return sha256


@pytest.mark.parametrize("shard_bytes", [10**9, 1000])
def test_what_is_written_is_read_again(tmp_path, shard_bytes):
    sha256 = write(tmp_path / "out", shard_bytes=shard_bytes)
    checkpoint = Checkpoint(tmp_path / "out")
    assert checkpoint.content_hash == sha256
    assert all(torch.equal(checkpoint.tensor(n), t) for n, t in TENSORS.items())
    files = sorted((tmp_path / "out").glob("*.safetensors"))
    assert (len(files) == 1) == (shard_bytes == 10**9)
    loaded = {name: tensor for file in files for name, tensor in load_file(file).items()}
    assert loaded.keys() == TENSORS.keys()


def test_the_manifest_has_the_hash_of_every_tensor_and_every_other_file(tmp_path):
    write(tmp_path / "out", shard_bytes=1000)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    others = [p for p in (tmp_path / "out").iterdir() if p.suffix != ".safetensors"]
    expected = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in others}
    assert manifest["files"] == {n: h for n, h in expected.items() if n != "manifest.json"}
    tensors = {n: blake3(t.numpy().tobytes()).hexdigest() for n, t in TENSORS.items()}
    assert manifest["tensors"] == tensors


def test_files_can_be_read_by_others(tmp_path):
    before = os.umask(0o022)
    try:
        write(tmp_path / "out")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "out" / "model.safetensors").stat().st_mode & 0o777 == 0o644


def test_existing_things_are_not_overwritten(tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    (tmp_path / "empty").mkdir()
    for name in ("file", "full"):
        with pytest.raises(UserError, match="exists already"):
            write(tmp_path / name)
    assert write(tmp_path / "empty")


def test_an_error_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError), FolderWriter(tmp_path / "out") as writer:
        writer.write_tensors(SPECS, TENSORS.items())
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_no_room_is_a_clear_error_and_leaves_nothing_behind(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        with pytest.raises(EvomergeError, match="no room to write it"):
            write(tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_wrong_tensors_are_refused(tmp_path):
    with pytest.raises(ValueError, match="a: expected"), FolderWriter(tmp_path / "out") as writer:
        spec = Spec((2,), torch.float32)
        writer.write_tensors({"a": spec}, [("a", torch.zeros(3))])
    with pytest.raises(ValueError, match="b: expected"), FolderWriter(tmp_path / "out") as writer:
        writer.write_tensors({"a": spec}, [("b", torch.zeros(2))])


def test_a_folder_is_not_published_before_all_tensors_are_written(tmp_path):
    specs = {"a": Spec((2,), torch.float32), "b": Spec((1,), torch.float32)}
    with FolderWriter(tmp_path / "out") as writer:
        files = writer.tensors(specs)
        files.write("b", [torch.ones(1)])
        with pytest.raises(ValueError, match="1 tensors were not written, a among them"):
            files.finish()
        files.write("a", [torch.ones(1), torch.zeros(1)])
        files.finish()
    assert load_file(tmp_path / "out" / "model.safetensors")["a"].tolist() == [1, 0]


KILLED = """
import sys, time
from pathlib import Path
import torch
from evomerge.weights import FolderWriter, Spec
def slowly():
    for i in range(50):
        time.sleep(0.01)
        yield str(i), torch.zeros(1000)
with FolderWriter(Path(sys.argv[1]), shard_bytes=int(sys.argv[2])) as writer:
    print("go", flush=True)
    specs = {str(i): Spec((1000,), torch.float32) for i in range(50)}
    writer.write_tensors(specs, slowly())
    writer.write_text("config.json", "{}")
"""


@pytest.mark.parametrize("shard_bytes", ["40000", "1000000"])
@pytest.mark.parametrize("after", [0.05, 0.2, 0.4])
def test_a_killed_writer_leaves_no_folder_that_looks_whole(tmp_path, after, shard_bytes):
    out = tmp_path / "out"
    command = [sys.executable, "-c", KILLED, str(out), shard_bytes]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not out.exists()
    for left in tmp_path.iterdir():
        assert left.name.startswith(".out.partial-")
        assert not (left / "config.json").exists()
        with pytest.raises(ParentError):
            Checkpoint(left)
