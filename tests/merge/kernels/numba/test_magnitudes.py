import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.arrays import BINS
from evomerge.merge.kernels.numba.magnitudes import bin_of


@given(st.floats(width=32, allow_nan=False), st.floats(width=32, allow_nan=False))
def test_a_larger_magnitude_is_in_no_lower_bin(x, y):
    low, high = sorted((abs(x), abs(y)))
    one, other = (int(bin_of(np.float32(v).view(np.uint32))) for v in (low, high))
    assert 0 <= one <= other < BINS


def test_signs_do_not_count_and_what_bfloat16_holds_has_bins_of_its_own():
    bits = [np.float32(v).view(np.uint32) for v in (0.0, -0.0, 1.0, -1.0, 1.00001)]
    zero, minus, one, less, more = (int(bin_of(b)) for b in bits)
    assert zero == minus == 0
    assert one == less == 2 * (0x3F800000 >> 16)
    assert more == one + 1
