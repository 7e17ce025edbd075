import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.arrays import LANES
from evomerge.merge.kernels.numba.variances import add_square, keep_largest


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(0, 3), st.integers(0, 9))
def test_the_first_of_equals_are_kept_up_to_the_quota(values, least, quota):
    v = np.array([*values, 9, 9], np.float32)  # what stands behind the block is not looked at
    stays = np.ones(len(v), np.uint8)
    left = keep_largest(v, len(values), np.float32(least), quota, stays)
    tied = np.flatnonzero(v[: len(values)] == least)
    expected = v > least
    expected[tied[:quota]] = True
    expected[len(values) :] = False
    np.testing.assert_array_equal(stays, expected)
    assert left == quota - min(quota, len(tied))


def test_squares_of_what_is_marked_are_added():
    d, lanes = np.array([1.0, 2.0, 3.0], np.float32), np.zeros(LANES)
    add_square(d, np.array([1, 0, 1], np.uint8), 3, lanes)
    assert d.tolist() == [1.0, 0.0, 3.0]
    assert lanes.sum() == 10.0
