"""Inner products of the tensors' rows, or of their columns, in float64 in one stated order."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BLOCK, LANES
from evomerge.merge.kernels.numba.deltas import delta
from evomerge.merge.kernels.numba.memory import load
from evomerge.merge.kernels.numba.pointers import DOUBLE, FLOAT, INTEGER, array, scratch, view
from evomerge.merge.kernels.numba.products import add_product


def row_products(
    base: int,
    base_kind: int,
    places: int,
    kinds: int,
    models: int,
    rows: int,
    columns: int,
    space: int,
    sums: int,
    products: int,
) -> int:
    """Every inner product of theta_i and theta_j row by row, or of their deltas with a base.

    Args:
        base: where the base lies; 0 for none.
        places, kinds: where the inputs lie, and their types; (models,).
        space: scratch for float32, shape (models, BLOCK).
        sums: scratch for float64, shape (models, models, LANES).
        products: float64, shape (rows, models, models); written.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    lanes = array(sums, DOUBLE, (models, models, LANES))
    made = array(products, DOUBLE, (rows, models, models))
    b, blocks = view(scratch(BLOCK, FLOAT), BLOCK), array(space, FLOAT, (models, BLOCK))
    b[:] = 0
    for row in range(rows):
        lanes[:] = 0
        for begin in range(0, columns, BLOCK):
            size, first = min(BLOCK, columns - begin), row * columns + begin
            if base:
                load(base, base_kind, first, size, b)
            for i in range(models):
                delta(at[i], types[i], b, first, size, blocks[i])
                for k in range(i + 1):
                    add_product(blocks[i], blocks[k], size, lanes[i, k])
        for i in range(models):
            for k in range(i + 1):
                made[row, i, k] = made[row, k, i] = lanes[i, k].sum()
    return 0


def column_products(
    base: int,
    base_kind: int,
    places: int,
    kinds: int,
    models: int,
    rows: int,
    columns: int,
    space: int,
    products: int,
) -> int:
    """The same column by column; a column is added up from the first row to the last.

    Args:
        products: float64, shape (columns, models, models); written.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    made = array(products, DOUBLE, (columns, models, models))
    b, blocks = view(scratch(BLOCK, FLOAT), BLOCK), array(space, FLOAT, (models, BLOCK))
    b[:], made[:] = 0, 0
    for row in range(rows):
        for begin in range(0, columns, BLOCK):
            size, first = min(BLOCK, columns - begin), row * columns + begin
            if base:
                load(base, base_kind, first, size, b)
            for i in range(models):
                delta(at[i], types[i], b, first, size, blocks[i])
                for k in range(i + 1):
                    x, y = blocks[i], blocks[k]
                    for j in range(size):
                        made[begin + j, i, k] += np.float64(x[j]) * np.float64(y[j])
    for i in range(models):
        for k in range(i):
            for column in range(columns):
                made[column, k, i] = made[column, i, k]
    return 0
