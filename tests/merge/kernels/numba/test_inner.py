import numpy as np

from evomerge.merge.kernels.numba.inner import inner


@inner
def ratio(x, y):
    """A quotient."""
    return x / y


def test_what_is_divided_by_zero_is_infinite_and_no_error():
    assert ratio(np.float32(1), np.float32(0)) == np.inf
    assert np.isnan(ratio(np.float32(0), np.float32(0)))
