import numpy as np
import pytest
import torch

from evomerge.merge.kernels.thinning import CUT, DRAWN, MARKED, WHOLE, Cut, Drawn, Marked, Thinnings

EACH = [None, Cut(0.5, 3, 10, 2, 4.0, 1), Drawn(2**63, 77), Marked(lambda offset, count: None)]


def test_thinnings_are_arrays_for_the_kernels():
    ways, limits, quotas, keys, thresholds = Thinnings(EACH).arrays
    assert ways.tolist() == [WHOLE, CUT, DRAWN, MARKED]
    assert limits[1].tolist() == [0.5, 4.0]
    assert quotas[1].tolist() == [3, 1]
    assert (keys[2], thresholds[2]) == (2**63, 77)
    assert [array.dtype for array in (ways, limits, quotas, keys, thresholds)] == [
        np.int64,
        np.float32,
        np.int64,
        np.uint64,
        np.int64,
    ]


@pytest.mark.parametrize("offset, count", [(0, 20), (3, 9), (8, 8), (17, 3), (5, 0)])
def test_marks_of_a_part_are_those_of_its_bits(offset, count):
    every = np.random.default_rng(0).integers(0, 2, 20).astype(np.uint8)
    marked = Marked.of_bits(torch.from_numpy(np.packbits(every, bitorder="little")), (2.0, 1.0))
    assert marked.marks(offset, count).tolist() == every[offset : offset + count].tolist()
    assert marked.sizes == (2.0, 1.0)
    none, marks = Thinnings([None, marked]).marks(offset, count)
    assert none is None
    assert marks.tolist() == every[offset : offset + count].tolist()
