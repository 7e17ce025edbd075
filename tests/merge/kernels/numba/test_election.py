import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.arrays import BLOCK
from evomerge.merge.kernels.numba.election import add_elected, divide

ONE = np.float32


@given(st.integers(1, 4), st.integers(1, 30), st.integers(0, 999))
def test_only_what_has_the_votes_sign_is_added(models, count, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(-3, 4, (models, BLOCK)).astype(ONE)
    weights = rng.integers(1, 4, models).astype(ONE)
    votes = values.sum(0)
    sign = np.where(votes >= 0, 1, -1)
    agrees = np.sign(values) == sign
    total, agreeing = np.empty(BLOCK, ONE), np.empty(BLOCK, ONE)
    add_elected(values, weights, votes.copy(), ONE(-1), total, agreeing, count)
    np.testing.assert_array_equal(total[:count], (values * agrees).sum(0)[:count])
    np.testing.assert_array_equal(agreeing[:count], (weights[:, None] * agrees).sum(0)[:count])


@pytest.mark.parametrize("least, expected", [(0.0, [2.0, 3.0, -4.0]), (2.0, [1.0, 1.5, -4.0])])
def test_nothing_is_divided_by_nothing(least, expected):
    total = np.array([2.0, 3.0, -8.0], ONE)
    weights = np.array([1.0, 0.0, 2.0], ONE)
    divide(total, weights, ONE(least), 3)
    assert total.tolist() == expected
