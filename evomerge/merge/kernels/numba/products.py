"""Inner products of tensors, summed in float64 in one stated order."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BLOCK, LANES, Doubles, Floats
from evomerge.merge.kernels.numba.deltas import delta
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.memory import load
from evomerge.merge.kernels.numba.pointers import DOUBLE, FLOAT, INTEGER, array, scratch, view


@inner
def add_product(x: Floats, y: Floats, count: int, lanes: Doubles) -> None:
    """Add x_j y_j to lane k for every j that leaves the rest k, each product in float64."""
    whole = count - count % LANES
    for j in range(0, whole, LANES):
        for k in range(LANES):
            lanes[k] += np.float64(x[j + k]) * np.float64(y[j + k])
    for j in range(whole, count):
        lanes[j - whole] += np.float64(x[j]) * np.float64(y[j])


def inner_products(
    base: int,
    base_kind: int,
    places: int,
    kinds: int,
    models: int,
    offset: int,
    count: int,
    space: int,
    sums: int,
    products: int,
) -> int:
    """Every inner product of theta_i and theta_j, or of their deltas where there is a base.

    Args:
        base: where the base lies; 0 for none.
        places, kinds: where the inputs lie, and their types; (models,).
        offset, count: the elements to take.
        space: scratch for float32, shape (models, BLOCK).
        sums: scratch for float64, shape (models, models, LANES).
        products: float64, shape (models, models); written.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    lanes = array(sums, DOUBLE, (models, models, LANES))
    made = array(products, DOUBLE, (models, models))
    b, blocks = view(scratch(BLOCK, FLOAT), BLOCK), array(space, FLOAT, (models, BLOCK))
    b[:], lanes[:] = 0, 0
    for begin in range(0, count, BLOCK):
        size, first = min(BLOCK, count - begin), offset + begin
        if base:
            load(base, base_kind, first, size, b)
        for i in range(models):
            delta(at[i], types[i], b, first, size, blocks[i])
            for k in range(i + 1):
                add_product(blocks[i], blocks[k], size, lanes[i, k])
    for i in range(models):
        for k in range(i + 1):
            made[i, k] = made[k, i] = lanes[i, k].sum()
    return 0
