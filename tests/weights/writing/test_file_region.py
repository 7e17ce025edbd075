import errno
import fcntl
import os

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.cores import available_cores
from evomerge.weights.writing import file_region
from evomerge.weights.writing.direct import PAGE, DirectFile
from evomerge.weights.writing.file_region import FileRegion, Writers, _pages

SIZES = st.lists(
    st.integers(0, 3 * PAGE) | st.sampled_from([PAGE, 2 * PAGE]), min_size=1, max_size=6
)


def written(path, begins, every):
    """What a file holds in which each region was given its parts, taking turns."""
    file = DirectFile(path, begins[-1])
    writers = Writers()
    regions = [FileRegion(file, begin, writers) for begin in begins[:-1]]
    for turn in range(max(map(len, every))):
        for one, parts in zip(regions, every, strict=True):
            for part in parts[turn : turn + 1]:
                one.add(torch.from_numpy(part))
    for one in regions:
        with one:
            pass
    writers.finish()
    file.sync()
    file.close()
    return path.read_bytes()


def refuse_direct(monkeypatch):
    """As a disk with larger pages does."""
    pwrite = os.pwrite

    def write(descriptor, data, offset):
        if len(data) and fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_DIRECT:
            raise OSError(errno.EINVAL, "larger pages, please")
        return pwrite(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", write)


@pytest.mark.skipif(not hasattr(os, "O_DIRECT"), reason="this system has no such way")
@pytest.mark.parametrize("way", ["as the disk can", "not at all", "refused"])
@given(st.integers(1, 2 * PAGE), st.lists(SIZES, min_size=1, max_size=3))
def test_every_byte_is_where_it_belongs(tmp_path_factory, way, begin, sizes):
    rng = np.random.default_rng(begin)
    every = [[rng.integers(0, 256, size, dtype=np.uint8) for size in some] for some in sizes]
    begins = [begin, *(begin + np.cumsum([sum(some) for some in sizes])).tolist()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file_region, "BUFFER", 2 * PAGE)
        if way == "not at all":
            patch.delattr(os, "O_DIRECT", raising=False)
        elif way == "refused":
            refuse_direct(patch)
        expected = b"\0" * begin + b"".join(part.tobytes() for some in every for part in some)
        path = tmp_path_factory.mktemp("direct") / "file"
        assert written(path, begins, every) == expected


def filled(writers, file, count):
    """Hand over so many rooms, and wait until they are written."""
    for k in range(count):
        buffer = writers.buffer()
        buffer.fill_(k)
        writers.write(buffer, file, k * len(buffer), 0, len(buffer))
    writers.finish()


def test_few_rooms_are_enough_for_any_file(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(file_region, "BUFFER", PAGE)
    monkeypatch.setattr(file_region, "_pages", lambda size: made.append(size) or _pages(size))
    file = DirectFile(tmp_path / "file", 50 * PAGE)
    filled(Writers(), file, 50)
    file.close()
    assert (tmp_path / "file").read_bytes() == b"".join(bytes([k]) * PAGE for k in range(50))
    assert len(made) <= available_cores() + file_region.THREADS


def test_who_fails_gives_its_room_back(tmp_path):
    file, writers = DirectFile(tmp_path / "file", PAGE), Writers()
    for _ in range(50):
        with pytest.raises(RuntimeError), FileRegion(file, 0, writers) as one:
            one.add(torch.ones(3, dtype=torch.uint8))
            raise RuntimeError("no more of it")
    writers.finish()
    file.close()


@pytest.mark.parametrize("count", [1, 50])
def test_what_cannot_be_written_is_told(tmp_path, monkeypatch, count):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "the disk is full")

    file = DirectFile(tmp_path / "file", 50 * file_region.BUFFER)
    monkeypatch.setattr(os, "pwrite", refuse)
    writers = Writers()
    with pytest.raises(OSError, match="the disk is full"):
        filled(writers, file, count)
    writers.close()
    file.close()
