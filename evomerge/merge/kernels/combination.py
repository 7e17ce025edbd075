"""Weighted sums of tensors or of their deltas, for several candidates in one pass."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evomerge.merge.kernels.compiled import BLOCK, Floats, Integers, inner, kernel
from evomerge.merge.kernels.memory import load, store
from evomerge.merge.kernels.task_vectors import delta


@inner
def add_scaled(total: Floats, v: Floats, weight: np.float32, count: int) -> None:
    """Total += weight v, with two roundings."""
    for j in range(count):
        total[j] += v[j] * weight


@kernel(
    "boolean[::1](int64, int64, int64[::1], int64[::1], float32[:, ::1], float32[::1],"
    " int64[::1], int64[::1], int64, int64)"
)
def combine(
    base: int,
    base_kind: int,
    places: Integers,
    kinds: Integers,
    weights: Floats,
    lambdas: Floats,
    outs: Integers,
    out_kinds: Integers,
    offset: int,
    count: int,
) -> npt.NDArray[np.bool_]:
    """Out_c = sum_i w_ci theta_i, or b + lambda_c sum_i w_ci (theta_i - b) where there is a base.

    Args:
        base, base_kind, places, kinds: where base (0 for none) and inputs lie, and their types.
        weights: w, shape (candidates, models).
        lambdas: shape (candidates,); unused without a base.
        outs, out_kinds: where the first of these elements is written, and its type.
        offset, count: the elements of the inputs to take.

    Returns:
        For each candidate whether all that was written is finite.
    """
    candidates, models = weights.shape
    b, v = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    totals = np.empty((candidates, BLOCK), np.float32)
    # Deltas are added to 0, as where a sign is elected; a sum of tensors keeps their -0.
    start = np.float32(0.0 if base else -0.0)
    finite = np.ones(candidates, np.bool_)
    for begin in range(0, count, BLOCK):
        size, at = min(BLOCK, count - begin), offset + begin
        if base:
            load(base, base_kind, at, size, b)
        for i in range(models):
            if base:
                delta(places[i], kinds[i], b, at, size, v)
            else:
                load(places[i], kinds[i], at, size, v)
            for c in range(candidates):
                total, weight = totals[c], weights[c, i]
                if i > 0:
                    add_scaled(total, v, weight, size)
                else:
                    for j in range(size):
                        total[j] = v[j] * weight + start
        for c in range(candidates):
            total = totals[c]
            if base:
                for j in range(size):
                    total[j] = total[j] * lambdas[c] + b[j]
            finite[c] &= store(total, size, outs[c], out_kinds[c], begin)
    return finite
