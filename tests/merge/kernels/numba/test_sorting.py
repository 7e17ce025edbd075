import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.numba.sorting import DIGITS, sort

CODES = st.integers(0, 2**31 - 1) | st.integers(0, 3) | st.sampled_from([1 << 11, 1 << 21])


@given(st.lists(CODES, min_size=1, max_size=60))
def test_indices_come_by_ascending_code_and_of_equal_ones_the_lowest_first(codes):
    values = np.array(codes, np.uint32)
    order, other = (np.empty(len(values), np.uint64) for _ in range(2))
    made = sort(values, len(values), order, other, np.empty(DIGITS, np.int64))
    found = (made & np.uint64(0xFFFFFFFF)).astype(np.int64)
    np.testing.assert_array_equal(found, np.argsort(values, kind="stable"))
