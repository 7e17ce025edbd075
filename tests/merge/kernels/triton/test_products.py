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


@given(tensors(most=3), st.booleans())
@FEW
def test_inner_products(every, based):
    base = every[0] if based else None
    ours = gpu.inner_products(moved(every), None if base is None else base.to(DEVICE))
    theirs = cpu.inner_products(every, base)
    largest = float(theirs.diagonal().max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=1e-14, atol=1e-14 * largest)
    np.testing.assert_array_equal(ours, ours.T)


def test_inner_products_of_what_is_not_finite_are_not():
    x, y = torch.tensor([np.inf, 1.0]), torch.tensor([-np.inf, 1.0])
    assert np.isinf(gpu.inner_products(moved([x]))).all()
    both = gpu.inner_products(moved([torch.cat([x, y]), torch.cat([x, x])]))
    assert np.isnan(both[0, 1])


@given(tensors(least=2, most=2), st.integers(0, 2**64 - 1), st.integers(0, 2**32))
@FEW
def test_sizes_drawn(pair, key, threshold):
    ours = gpu.sizes_drawn(*moved(pair), key, threshold)
    assert ours == pytest.approx(cpu.sizes_drawn(*pair, key, threshold), rel=1e-14)
