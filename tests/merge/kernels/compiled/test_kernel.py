import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evomerge.merge.kernels import numba
from evomerge.merge.kernels.arrays import BINS
from evomerge.merge.kernels.compiled import building
from evomerge.merge.kernels.compiled import cache as files
from evomerge.merge.kernels.compiled.kernel import Kernel

SUMS = """
import sys, torch
from evomerge.merge.kernels import cpu
out = torch.empty(3)
cpu.combine([torch.ones(3), torch.arange(3.0)], [0.5, 2.0], out, 0)
assert out.tolist() == [0.5, 2.5, 4.5], out
print("numba" in sys.modules)
"""

TWO = [2 * (0x40000000 >> 16)]
"""The bin of the number 2."""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    files.folder.cache_clear()
    yield tmp_path
    files.folder.cache_clear()


def loads_numba():
    return subprocess.run(
        [sys.executable, "-c", SUMS], check=True, capture_output=True, text=True
    ).stdout.strip()


def counted():
    """One element, the number 2, counted by a kernel that was not loaded before."""
    counts, space = np.zeros((2, BINS), np.int64), np.empty(BINS, np.int64)
    numbers = np.array([0, 2], np.float32)
    where = numbers.__array_interface__["data"][0]
    Kernel("magnitudes", "by_bin")(where, 0, where + 4, 0, 1, space, counts)
    return np.flatnonzero(counts[0]).tolist()


def test_what_is_kept_needs_no_numba(cache):
    assert loads_numba() == "True"
    assert loads_numba() == "False"


@pytest.mark.parametrize("file", ["arrays.py", "numba/memory.py", "compiled/building.py"])
def test_what_other_sources_made_is_not_taken(cache, monkeypatch, tmp_path_factory, file):
    before = files.folder()
    copy = tmp_path_factory.mktemp("copy") / "kernels"
    shutil.copytree(Path(files.__file__).parents[1], copy)
    monkeypatch.setattr(files, "__file__", str(copy / "compiled" / "cache.py"))
    files.folder.cache_clear()
    assert files.folder() == before
    with (copy / file).open("a") as source:
        source.write("# changed\n")
    files.folder.cache_clear()
    assert files.folder() != before


@pytest.mark.parametrize("damage", [b"", b"x" * 10_000, None])
def test_what_is_not_whole_is_made_again(cache, damage):
    assert counted() == TWO
    (kept,) = cache.rglob("magnitudes.by_bin")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] if damage is None else damage)
    assert counted() == TWO
    digest, code = (content := kept.read_bytes())[:32], content[32:]
    assert hashlib.sha256(code).digest() == digest


def test_without_a_place_to_keep_them_kernels_are_made(cache):
    (cache / "evomerge").write_text("a file where the folder should be")
    assert counted() == TWO


def test_a_kernel_that_needs_numba_is_refused(monkeypatch):
    def greedy(count):
        return np.empty(count).size

    monkeypatch.setattr(numba.magnitudes, "greedy", greedy, raising=False)
    with pytest.raises(TypeError, match=r"magnitudes\.greedy needs Numba's NRT_MemInfo_alloc"):
        building.build("magnitudes", "greedy")


def test_a_wrong_number_of_arguments_is_refused():
    with pytest.raises(TypeError, match="by_bin does not take 3 arguments"):
        Kernel("magnitudes", "by_bin")(1, 2, 3)
