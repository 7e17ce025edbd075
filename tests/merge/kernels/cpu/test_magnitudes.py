import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels import cpu
from evomerge.merge.kernels.arrays import BINS
from tests.merge.kernels.cases import ANYTHING, NARROW, SIZES, as_float32


@given(SIZES, st.sampled_from([torch.float32, *NARROW]), st.integers(0, 99))
@ANYTHING
def test_magnitudes_are_counted_exactly(size, dtype, seed):
    rng = np.random.default_rng(seed)
    theta, base = (torch.tensor(rng.standard_normal(size) * 0.05).to(dtype) for _ in range(2))
    codes = abs(as_float32(theta) - as_float32(base)).view(np.uint32).astype(np.int64)
    bins = 2 * (codes >> 16) + (codes % (1 << 16) > 0)
    counts, places = cpu.magnitudes_by_bin(theta, base)
    np.testing.assert_array_equal(counts, np.bincount(bins, minlength=BINS))
    np.testing.assert_array_equal(places, np.bincount(bins, codes & 0xFFFF, minlength=BINS))
    for wanted in {0, *bins[:2].tolist(), *(bins[:2] ^ 1).tolist()}:
        here = codes[bins == wanted] & 0xFFFF
        np.testing.assert_array_equal(
            cpu.magnitudes_inside(theta, base, wanted), np.bincount(here, minlength=1 << 16)
        )
    found = cpu.magnitudes_distinct(theta, base)
    values, times = np.unique(codes, return_counts=True)
    np.testing.assert_array_equal(found[:, found[0].argsort()], [values, times])


def test_too_many_distinct_magnitudes_are_not_listed():
    theta = torch.arange(1, 200_001).float()
    assert cpu.magnitudes_distinct(theta, torch.zeros(200_000)).shape == (2, 0)
