import numpy as np
import pytest
import torch

from tests.merge.kernels.gpu_cases import DEVICE, gpu
from tests.merge.reference import hash32


@pytest.mark.parametrize("key", [0, 1, 2**32 - 1, 2**63 + 12345])
@pytest.mark.parametrize("threshold", [0, 1 << 20, 1 << 31, 1 << 32])
def test_what_is_drawn_is_what_the_reference_draws(key, threshold):
    theta = torch.arange(1.0, 5001.0)
    before, after = gpu.sizes_drawn(
        theta.to(DEVICE), torch.zeros(5000, device=DEVICE), key, threshold
    )
    drawn = hash32(key, np.arange(5000)) < threshold
    assert before == theta.double().sum()
    assert after == theta.double().numpy()[drawn].sum()
