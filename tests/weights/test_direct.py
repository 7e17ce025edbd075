import errno
import fcntl
import os

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.weights import direct
from evomerge.weights.direct import PAGE, DirectFile, Stretch

SIZES = st.lists(
    st.integers(0, 3 * PAGE) | st.sampled_from([PAGE, 2 * PAGE]), min_size=1, max_size=6
)


def written(path, begins, every):
    """What a file holds in which each stretch was given its parts, taking turns."""
    file = DirectFile(path, begins[-1])
    stretches = [Stretch(file, begin) for begin in begins[:-1]]
    for turn in range(max(map(len, every))):
        for stretch, parts in zip(stretches, every, strict=True):
            for part in parts[turn : turn + 1]:
                stretch.add(torch.from_numpy(part))
    for stretch in stretches:
        stretch.flush()
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
        patch.setattr(direct, "ROOM", 2 * PAGE)
        if way == "not at all":
            patch.delattr(os, "O_DIRECT", raising=False)
        elif way == "refused":
            refuse_direct(patch)
        expected = b"\0" * begin + b"".join(part.tobytes() for some in every for part in some)
        path = tmp_path_factory.mktemp("direct") / "file"
        assert written(path, begins, every) == expected


def test_a_file_that_has_no_room_is_told_at_once(tmp_path):
    with pytest.raises(OSError):
        DirectFile(tmp_path / "file", 1 << 62)
