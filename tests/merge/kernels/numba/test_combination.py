import numpy as np

from evomerge.merge.kernels.numba.combination import add_scaled


def test_products_and_sums_are_rounded_one_by_one():
    """With a fused multiply-add the sum would not be 0."""
    x, w = np.float32(1 + 2**-12), np.float32(1 + 2**-12)
    total = np.array([-(x * w), 1.0], np.float32)
    add_scaled(total, np.array([x, 2.0], np.float32), w, 1)
    assert total.tolist() == [0.0, 1.0]
