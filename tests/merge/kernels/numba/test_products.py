import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomerge.merge.kernels.arrays import LANES
from evomerge.merge.kernels.numba.products import add_product


@given(st.integers(0, 3 * LANES + 5), st.integers(0, 99))
def test_each_lane_has_the_products_of_one_rest(count, seed):
    rng = np.random.default_rng(seed)
    x, y = (rng.standard_normal(count).astype(np.float32) for _ in range(2))
    lanes = np.zeros(LANES)
    add_product(x, y, count, lanes)
    products = x.astype(np.float64) * y
    for lane in range(LANES):
        expected = 0.0
        for product in products[lane::LANES]:
            expected += product
        assert lanes[lane] == expected
