import numpy as np
import pytest
import torch

from tests.merge.kernels.gpu_cases import DEVICE, gpu
from tests.merge.kernels.gpu_cases import pytestmark as pytestmark

NARROW = [torch.bfloat16, torch.float16]


def copied(theta, dtype):
    out = torch.empty(theta.numel(), dtype=dtype, device=DEVICE)
    finite = gpu.combine([theta.to(DEVICE)], [1.0], out, 0)
    return out.cpu(), bool(finite)


@pytest.mark.parametrize("dtype", NARROW)
def test_every_finite_code_of_the_narrow_types_stays_as_it_is(dtype):
    codes = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(dtype)
    codes = codes[codes.isfinite()]
    back, finite = copied(codes, dtype)
    assert finite
    assert torch.equal(back.float(), codes.float())


def test_bfloat16_is_rounded_to_nearest_even():
    halfway = np.arange(1, 0x7F00, 7, dtype=np.uint32) << np.uint32(16)
    codes = np.concatenate([halfway + np.uint32(d) for d in (0x7FFF, 0x8000, 0x8001)])
    values = torch.from_numpy(codes.view(np.float32))
    made, _ = copied(values, torch.bfloat16)
    assert torch.equal(made.view(torch.int16), values.bfloat16().view(torch.int16))


@pytest.mark.parametrize("dtype", [torch.float32, *NARROW])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_told(dtype, odd):
    theta = torch.ones(70)
    theta[69] = odd
    made, finite = copied(theta, dtype)
    assert not finite
    assert torch.equal(made.isfinite(), theta.isfinite())
