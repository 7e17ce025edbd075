"""Inner products of the tensors' rows, or of their columns, in float64 in one stated order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evomerge.merge.kernels.compiled import BLOCK, Integers, kernel
from evomerge.merge.kernels.memory import load
from evomerge.merge.kernels.products import LANES, add_product
from evomerge.merge.kernels.task_vectors import delta

Doubles = npt.NDArray[np.float64]
"""Products: shape (rows or columns, models, models)."""


@kernel("float64[:, :, ::1](int64, int64, int64[::1], int64[::1], int64, int64)")
def row_products(
    base: int, base_kind: int, places: Integers, kinds: Integers, rows: int, columns: int
) -> Doubles:
    """Every inner product of theta_i and theta_j row by row, or of their deltas with a base.

    Args:
        base: where the base lies; 0 for none.
    """
    models = len(places)
    b, blocks = np.zeros(BLOCK, np.float32), np.empty((models, BLOCK), np.float32)
    lanes = np.empty((models, models, LANES))
    made = np.empty((rows, models, models))
    for row in range(rows):
        lanes[:] = 0
        for begin in range(0, columns, BLOCK):
            size, at = min(BLOCK, columns - begin), row * columns + begin
            if base:
                load(base, base_kind, at, size, b)
            for i in range(models):
                delta(places[i], kinds[i], b, at, size, blocks[i])
                for k in range(i + 1):
                    add_product(blocks[i], blocks[k], size, lanes[i, k])
        for i in range(models):
            for k in range(i + 1):
                made[row, i, k] = made[row, k, i] = lanes[i, k].sum()
    return made


@kernel("float64[:, :, ::1](int64, int64, int64[::1], int64[::1], int64, int64)")
def column_products(
    base: int, base_kind: int, places: Integers, kinds: Integers, rows: int, columns: int
) -> Doubles:
    """The same column by column; a column is added up from the first row to the last."""
    models = len(places)
    b, blocks = np.zeros(BLOCK, np.float32), np.empty((models, BLOCK), np.float32)
    made = np.zeros((columns, models, models))
    for row in range(rows):
        for begin in range(0, columns, BLOCK):
            size, at = min(BLOCK, columns - begin), row * columns + begin
            if base:
                load(base, base_kind, at, size, b)
            for i in range(models):
                delta(places[i], kinds[i], b, at, size, blocks[i])
                for k in range(i + 1):
                    x, y = blocks[i], blocks[k]
                    for j in range(size):
                        made[begin + j, i, k] += np.float64(x[j]) * np.float64(y[j])
    for i in range(models):
        for k in range(i):
            made[:, k, i] = made[:, i, k]
    return made
