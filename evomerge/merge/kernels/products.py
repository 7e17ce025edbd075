"""Inner products of tensors, summed in float64 in one stated order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evomerge.merge.kernels.compiled import BLOCK, Floats, Integers, inner, kernel
from evomerge.merge.kernels.memory import load
from evomerge.merge.kernels.task_vectors import delta

LANES = 64
"""Partial sums side by side, added up in the end; fewer of them wait for one another."""

Doubles = npt.NDArray[np.float64]


@inner
def add_product(x: Floats, y: Floats, count: int, lanes: Doubles) -> None:
    """Lane k += x_j y_j for every j that leaves the rest k, each product in float64."""
    whole = count - count % LANES
    for j in range(0, whole, LANES):
        for k in range(LANES):
            lanes[k] += np.float64(x[j + k]) * np.float64(y[j + k])
    for j in range(whole, count):
        lanes[j - whole] += np.float64(x[j]) * np.float64(y[j])


@kernel("float64[:, ::1](int64, int64, int64[::1], int64[::1], int64, int64)")
def inner_products(
    base: int, base_kind: int, places: Integers, kinds: Integers, offset: int, count: int
) -> Doubles:
    """Every inner product of theta_i and theta_j, or of their deltas where there is a base.

    Args:
        base: where the base lies; 0 for none.
        offset, count: the elements to take.

    Returns:
        Shape (models, models), symmetric.
    """
    models = len(places)
    b, blocks = np.zeros(BLOCK, np.float32), np.empty((models, BLOCK), np.float32)
    lanes = np.zeros((models, models, LANES))
    for begin in range(0, count, BLOCK):
        size, at = min(BLOCK, count - begin), offset + begin
        if base:
            load(base, base_kind, at, size, b)
        for i in range(models):
            if base:
                delta(places[i], kinds[i], b, at, size, blocks[i])
            else:
                load(places[i], kinds[i], at, size, blocks[i])
            for k in range(i + 1):
                add_product(blocks[i], blocks[k], size, lanes[i, k])
    made = np.empty((models, models))
    for i in range(models):
        for k in range(i + 1):
            made[i, k] = made[k, i] = lanes[i, k].sum()
    return made
