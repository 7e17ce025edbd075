import numpy as np
import pytest
import torch

from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.arrays import BLOCK
from tests.merge.kernels.cases import NARROW


def same_bits(x, y):
    bits = {torch.float32: torch.int32}.get(x.dtype, torch.int16)
    return torch.equal(x.view(bits), y.view(bits))


def copied(theta, dtype):
    """A tensor read and written by a kernel, and whether it said that all is finite."""
    out = torch.empty(theta.numel(), dtype=dtype)
    return out, cpu.combine([theta], [1.0], out, 0)


@pytest.mark.parametrize("dtype", NARROW)
def test_every_code_of_the_narrow_types_is_read_as_torch_reads_it(dtype):
    codes = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(dtype)
    wide, finite = copied(codes, torch.float32)
    number = ~codes.isnan()
    assert same_bits(wide[number], codes.float()[number])
    assert wide[~number].isnan().all()
    assert not finite
    back, _ = copied(codes, dtype)
    assert same_bits(back[codes.isfinite()], codes[codes.isfinite()])


@pytest.mark.parametrize("dtype", NARROW)
def test_float32_is_rounded_to_nearest_even(dtype):
    codes = np.random.default_rng(0).integers(0, 2**32, 1 << 20, dtype=np.uint32)
    halfway = np.arange(2**16, dtype=np.uint32) << np.uint32(16)  # ties of bfloat16, and about them
    every = np.concatenate([codes, *(halfway + np.uint32(d) for d in (0x7FFF, 0x8000, 0x8001))])
    step = torch.finfo(torch.float16).tiny * 2**-10  # float16's smallest, in halves and about them
    small = np.arange(-4096, 4096, dtype=np.float32) * np.float32(step / 4)
    values = torch.from_numpy(np.concatenate([every.view(np.float32), small]))
    values = values[~values.isnan()]
    made, finite = copied(values, dtype)
    assert same_bits(made, values.to(dtype))
    assert not finite
    inside = values[values.to(dtype).isfinite()]
    assert copied(inside, dtype)[1]


@pytest.mark.parametrize("dtype", [torch.float32, *NARROW])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 3.4e38])
@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK, 2 * BLOCK + 2])
def test_one_value_that_is_not_finite_is_told(dtype, odd, at):
    theta = torch.ones(2 * BLOCK + 3)
    assert copied(theta, dtype)[1]
    theta[at] = odd
    finite = copied(theta, dtype)[1]
    assert finite == bool(torch.isfinite(theta.to(dtype)).all())
    assert finite == (dtype == torch.float32 and odd == 3.4e38)


@pytest.mark.parametrize("dtype", [torch.float32, *NARROW])
def test_nan_stays_nan_whatever_its_bits(dtype):
    codes = np.array([0x7FFFFFFF, 0xFFFFFFFF, 0x7F800001, 0xFF800001, 0x7FC00000], np.uint32)
    made, finite = copied(torch.from_numpy(codes.view(np.float32)), dtype)
    assert made.isnan().all()
    assert not finite
