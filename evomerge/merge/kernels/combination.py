"""Weighted sums of tensors."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.compiled import BLOCK, Floats, Integers, inner, kernel
from evomerge.merge.kernels.memory import load, store


@inner
def add_scaled(total: Floats, v: Floats, weight: np.float32, count: int) -> None:
    """Total += weight v, with two roundings."""
    for j in range(count):
        total[j] += v[j] * weight


@kernel("boolean(int64[::1], int64[::1], float32[::1], int64, int64, int64, int64)")
def combine(
    places: Integers, kinds: Integers, weights: Floats, out: int, kind: int, offset: int, count: int
) -> bool:
    """Out = sum_i weights_i theta_i, for `count` elements from `offset` of the inputs.

    Args:
        places, kinds: where the inputs lie, and of what type they are.
        out, kind: where the first of these elements is written, and its type.

    Returns:
        Whether all that was written is finite.
    """
    v, total = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    finite = True
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(places[0], kinds[0], offset + begin, size, total)
        for j in range(size):
            total[j] *= weights[0]
        for i in range(1, len(places)):
            load(places[i], kinds[i], offset + begin, size, v)
            add_scaled(total, v, weights[i], size)
        finite &= store(total, size, out, kind, begin)
    return finite
