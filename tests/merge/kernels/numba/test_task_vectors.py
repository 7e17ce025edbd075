import numpy as np
import pytest

from evomerge.merge.kernels.numba.task_vectors import add_base, weigh

ONE = np.float32


@pytest.mark.parametrize(
    "factor, plainly, values, votes",
    [
        (1.0, False, [0.0, 6.0, -9.0], [1.0, 7.0, -8.0]),
        (2.0, False, [0.0, 12.0, -18.0], [1.0, 13.0, -17.0]),
        (2.0, True, [0.0, 12.0, -18.0], [1.0, 5.0, -5.0]),
    ],
)
def test_what_is_small_goes_and_the_rest_votes(factor, plainly, values, votes):
    v, made = np.array([1.0, 2.0, -3.0], ONE), np.ones(3, ONE)
    weigh(v, ONE(1), ONE(factor), ONE(3), plainly, made, 3)
    assert v.tolist() == values
    assert made.tolist() == votes


def test_the_base_is_added_with_a_rounding_of_its_own():
    scale = ONE(1 + 2**-12)
    sums, base = np.array([scale], ONE), np.array([-(scale * scale)], ONE)
    add_base(sums, scale, base, 1)
    assert sums.tolist() == [0.0]
