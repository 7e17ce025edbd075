import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from tests.merge.kernels.gpu_cases import DEVICE, FEW, gpu, moved, small_blocks, tensors
from tests.merge.kernels.gpu_cases import pytestmark as pytestmark


@pytest.fixture(autouse=True, scope="module")
def _small_blocks():
    with small_blocks():
        yield


@given(tensors(least=2, most=5), st.floats(0, 1), st.integers(0, 120))
@FEW
def test_variances(every, largeness, quota):
    base, *thetas = every
    ours = moved(thetas), base.to(DEVICE)
    counts = cpu.variances_by_bin(thetas, base)
    np.testing.assert_array_equal(gpu.variances_by_bin(*ours), counts)
    occurring = [*np.flatnonzero(counts).tolist(), 0]
    wanted = occurring[int(largeness * (len(occurring) - 1))]
    inside = cpu.variances_inside(thetas, base, wanted)
    np.testing.assert_array_equal(gpu.variances_inside(*ours, wanted), inside)
    places = [*np.flatnonzero(inside).tolist(), 0]
    limit = float(np.array([wanted << 16 | places[0]], np.int32).view(np.float32)[0])
    marks, squares = gpu.mark_variances(*ours, limit, quota)
    theirs, expected = cpu.mark_variances(thetas, base, limit, quota)
    assert torch.equal(marks.cpu(), theirs)
    np.testing.assert_allclose(squares, expected, rtol=1e-12)
