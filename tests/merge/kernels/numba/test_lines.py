"""The kernels as they are called: with addresses."""

import numpy as np

from evomerge.merge.kernels.arrays import BLOCK, LANES
from evomerge.merge.kernels.compiled.kernel import Kernel

X = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
Y = np.array([[1, 0, -1], [2, 2, 2]], np.float32)


def given():
    places = np.array([X.ctypes.data, Y.ctypes.data], np.int64)
    return 0, 0, places, np.zeros(2, np.int64), 2, 2, 3, np.empty((2, BLOCK), np.float32)


def test_rows_are_multiplied_row_by_row():
    made = np.empty((2, 2, 2))
    Kernel("lines", "row_products")(*given(), np.empty((2, 2, LANES)), made)
    assert made.tolist() == [[[14, -2], [-2, 2]], [[77, 30], [30, 12]]]


def test_columns_are_multiplied_column_by_column():
    made = np.empty((3, 2, 2))
    Kernel("lines", "column_products")(*given(), made)
    assert made[:, 0, 1].tolist() == [1 + 8, 0 + 10, -3 + 12]
    assert made[:, 0, 0].tolist() == [17, 29, 45]
    assert (made[:, 1, 0] == made[:, 0, 1]).all()
