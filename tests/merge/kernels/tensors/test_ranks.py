import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.numba import hashing
from evomerge.merge.kernels.tensors.ranks import draws
from tests.merge.kernels.gpu_cases import (
    COLUMNS,
    DEVICE,
    FEW,
    gpu,
    moved,
    rows_of,
    small_blocks,
    tensors,
)
from tests.merge.kernels.gpu_cases import (
    pytestmark as pytestmark,
)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with small_blocks():
        yield


@given(
    st.integers(0, 2**64 - 1),
    st.sampled_from([0, 7, 2**32 - 20, 2**32, 3 * 2**32 - 1, 2**40 + 12345]),
)
@FEW
def test_draws_of_a_row_that_begins_anywhere(key, first):
    theirs = np.empty(33, np.uint32)
    hashing.draw(theirs, 33, np.uint64(key), first)
    np.testing.assert_array_equal(draws(key, first, 33, DEVICE).cpu().numpy(), theirs)


@given(tensors(least=2, most=2, special=True), COLUMNS, st.integers(0, 2**64 - 1))
@FEW
def test_draw_by_rank(pair, columns, key):
    pair = rows_of([tensor.nan_to_num() for tensor in pair], columns)
    thresholds = np.linspace(0, 2**32, columns).astype(np.int64)
    marks, sizes = gpu.draw_by_rank(*moved(pair), key, thresholds)
    theirs, expected = cpu.draw_by_rank(*pair, key, thresholds)
    assert torch.equal(marks.cpu(), theirs)
    assert sizes == pytest.approx(expected, rel=1e-12, nan_ok=True)
