"""Weighted sums of tensors or of their deltas, for several candidates in one pass."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BLOCK, Floats
from evomerge.merge.kernels.numba.building import inner
from evomerge.merge.kernels.numba.memory import load, store
from evomerge.merge.kernels.numba.pointers import FLOAT, INTEGER, array, room, view
from evomerge.merge.kernels.numba.task_vectors import delta


@inner
def add_scaled(total: Floats, v: Floats, weight: np.float32, count: int) -> None:
    """Total += weight v, with two roundings."""
    for j in range(count):
        total[j] += v[j] * weight


def combine(
    base: int,
    base_kind: int,
    places: int,
    kinds: int,
    weights: int,
    lambdas: int,
    outs: int,
    out_kinds: int,
    sums: int,
    finite: int,
    models: int,
    candidates: int,
    offset: int,
    count: int,
) -> int:
    """Out_c = sum_i w_ci theta_i, or b + lambda_c sum_i w_ci (theta_i - b) where there is a base.

    Args:
        base, base_kind: where the base lies, 0 for none, and its type.
        places, kinds: where the inputs lie, and their types; (models,).
        weights: float32 w, shape (candidates, models).
        lambdas: float32, shape (candidates,); unused without a base.
        outs, out_kinds: where the first of these elements is written, and its type; (candidates,).
        sums: room for float32, shape (candidates, BLOCK).
        finite: written; 1 for each candidate of which all that was written is finite, or 0.
        offset, count: the elements of the inputs to take.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    to, into = array(outs, INTEGER, candidates), array(out_kinds, INTEGER, candidates)
    fine = array(finite, INTEGER, candidates)
    w, scales = array(weights, FLOAT, (candidates, models)), array(lambdas, FLOAT, candidates)
    totals = array(sums, FLOAT, (candidates, BLOCK))
    b, v = view(room(BLOCK, FLOAT), BLOCK), view(room(BLOCK, FLOAT), BLOCK)
    # Deltas are added to 0, as where a sign is elected; a sum of tensors keeps their -0.
    start = np.float32(0.0 if base else -0.0)
    fine[:] = 1
    for begin in range(0, count, BLOCK):
        size, first = min(BLOCK, count - begin), offset + begin
        if base:
            load(base, base_kind, first, size, b)
        for i in range(models):
            if base:
                delta(at[i], types[i], b, first, size, v)
            else:
                load(at[i], types[i], first, size, v)
            for c in range(candidates):
                total, weight = totals[c], w[c, i]
                if i > 0:
                    add_scaled(total, v, weight, size)
                else:
                    for j in range(size):
                        total[j] = v[j] * weight + start
        for c in range(candidates):
            total = totals[c]
            if base:
                for j in range(size):
                    total[j] = total[j] * scales[c] + b[j]
            fine[c] &= store(total, size, to[c], into[c], begin)
    return 0
