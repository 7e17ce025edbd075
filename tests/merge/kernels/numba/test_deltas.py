import numpy as np
import pytest
import torch

from evomerge.merge.kernels import KINDS
from evomerge.merge.kernels.numba.deltas import delta


@pytest.mark.parametrize("dtype", [*KINDS])
def test_a_delta_is_a_difference_of_float32(dtype):
    theta = torch.randn(50, generator=torch.Generator().manual_seed(0)).to(dtype)
    base = np.random.default_rng(1).standard_normal(20).astype(np.float32)
    made = np.empty(20, np.float32)
    delta(theta.data_ptr(), KINDS[dtype], base, 7, 20, made)
    np.testing.assert_array_equal(made, theta.float().numpy()[7:27] - base)
