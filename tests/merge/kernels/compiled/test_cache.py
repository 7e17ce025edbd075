import hashlib
import shutil
from pathlib import Path

import pytest

from evomerge.merge.kernels.compiled import cache as files
from tests.merge.kernels.compiled.counting import TWO, counted


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
