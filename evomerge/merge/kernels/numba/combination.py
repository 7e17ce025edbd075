"""Weighted sums of tensors."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BLOCK, Floats
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.memory import load, store
from evomerge.merge.kernels.numba.pointers import FLOAT, INTEGER, array, scratch, view


@inner
def add_scaled(total: Floats, v: Floats, weight: np.float32, count: int) -> None:
    """Add a scaled block to a sum, with two roundings: total += weight v."""
    for j in range(count):
        total[j] += v[j] * weight


def combine(
    places: int,
    kinds: int,
    weights: int,
    models: int,
    out: int,
    kind: int,
    offset: int,
    count: int,
) -> int:
    """Write the weighted sum of tensors: out = sum_i w_i theta_i.

    Args:
        places, kinds: where the inputs lie, and their types; (models,).
        weights: float32 w, shape (models,).
        out, kind: where the first of these elements is written, and its type.
        offset, count: the elements of the inputs to take.

    Returns:
        1 if all that was written is finite, or 0.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    w = array(weights, FLOAT, models)
    total, v = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(BLOCK, FLOAT), BLOCK)
    finite = True
    for begin in range(0, count, BLOCK):
        size, first = min(BLOCK, count - begin), offset + begin
        load(at[0], types[0], first, size, total)
        for j in range(size):
            total[j] *= w[0]
        for i in range(1, models):
            load(at[i], types[i], first, size, v)
            add_scaled(total, v, w[i], size)
        finite &= store(total, size, out, kind, begin)
    return finite
