import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from tests.merge.kernels.cases import ANYTHING, SIZES, as_float32


@given(SIZES, st.integers(1, 4), st.booleans(), st.integers(0, 99))
@ANYTHING
def test_inner_products_are_those_of_float64(size, count, based, seed):
    rng = np.random.default_rng(seed)
    every = [torch.tensor(rng.standard_normal(size)).to(torch.bfloat16) for _ in range(count)]
    base = torch.tensor(rng.standard_normal(size), dtype=torch.float32) if based else None
    wide = np.array([as_float32(t) - (0 if base is None else base.numpy()) for t in every])
    expected = wide.astype(np.float64) @ wide.astype(np.float64).T
    ours = cpu.inner_products(every, base)
    np.testing.assert_allclose(ours, expected, rtol=1e-13, atol=1e-13 * max(1, size))
    np.testing.assert_array_equal(ours, ours.T)
