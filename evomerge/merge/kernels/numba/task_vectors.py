"""Deltas thinned out, weighted, elected and added to the base, in one pass.

Notation: b base, d = theta - b, v = w f S(d) with w the weight, f the factor and S the thinning.
"""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BLOCK, Floats
from evomerge.merge.kernels.numba.deltas import delta
from evomerge.merge.kernels.numba.election import add_elected
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.memory import load, store
from evomerge.merge.kernels.numba.pointers import (
    FLOAT,
    INTEGER,
    LONG,
    array,
    scratch,
    view,
)
from evomerge.merge.kernels.numba.thinning import thin


@inner
def weigh(
    v: Floats,
    small: np.float32,
    factor: np.float32,
    weight: np.float32,
    plainly: bool,
    votes: Floats,
    count: int,
) -> None:
    """Set v to (f v) w without what is small, and add it to the votes (plainly: f v)."""
    if plainly:
        for j in range(count):
            kept = np.float32(0) if abs(v[j]) <= small else v[j] * factor
            votes[j] += kept
            v[j] = kept * weight
    elif factor == 1:
        for j in range(count):
            kept = np.float32(0) if abs(v[j]) <= small else v[j]
            v[j] = kept * weight
            votes[j] += v[j]
    else:
        for j in range(count):
            kept = np.float32(0) if abs(v[j]) <= small else v[j]
            v[j] = kept * factor * weight
            votes[j] += v[j]


@inner
def add_base(sums: Floats, lambda_: np.float32, base: Floats, count: int) -> None:
    """Set the sums to lambda sums + b, with two roundings."""
    for j in range(count):
        sums[j] = sums[j] * lambda_ + base[j]


def add_task_vectors(
    base: int,
    base_kind: int,
    places: int,
    kinds: int,
    weights: int,
    factors: int,
    ways: int,
    limits: int,
    quotas: int,
    keys: int,
    thresholds: int,
    marks: int,
    models: int,
    space: int,
    elect: int,
    plainly: int,
    scales: int,
    out: int,
    kind: int,
    offset: int,
    count: int,
) -> int:
    """Write b + lambda D for `count` elements from `offset` of the inputs.

    D = sum v. Where a sign is elected, that of sum v (plainly: of sum f S(d)), only what agrees
    counts; and with `least` not negative, D is divided by the sum of the agreeing weights.

    Args:
        base, base_kind, places, kinds: where base and models lie, and of what type they are.
        weights, factors: float32 w and f of each model.
        ways, limits, quotas, keys, thresholds, marks: how each delta is thinned out (:func:`thin`);
            the quotas are what the elements before have left of them.
        space: scratch for float32, shape (models, BLOCK).
        scales: float32 `least` and lambda.
        out, kind: where the first of these elements is written, and its type.

    Returns:
        1 if all that was written is finite, or 0.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    w, f = array(weights, FLOAT, models), array(factors, FLOAT, models)
    limit, left = array(limits, FLOAT, (models, 2)), array(quotas, INTEGER, (models, 2))
    way, stays = array(ways, INTEGER, models), array(marks, INTEGER, models)
    key, threshold = array(keys, LONG, models), array(thresholds, INTEGER, models)
    least, lambda_ = array(scales, FLOAT, 2)[0], array(scales, FLOAT, 2)[1]
    b, votes = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(BLOCK, FLOAT), BLOCK)
    total, agreeing = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(BLOCK, FLOAT), BLOCK)
    values = array(space, FLOAT, (models, BLOCK))
    finite = True
    for begin in range(0, count, BLOCK):
        size, first = min(BLOCK, count - begin), offset + begin
        load(base, base_kind, first, size, b)
        votes[:] = 0
        for i in range(models):
            v = values[i]
            delta(at[i], types[i], b, first, size, v)
            small = thin(
                v, size, first, way[i], limit[i], left[i], key[i], threshold[i], stays[i] + begin
            )
            weigh(v, small, f[i], w[i], plainly, votes, size)
        sums = votes
        if elect:
            add_elected(values, w, votes, least, total, agreeing, size)
            sums = total
        add_base(sums, lambda_, b, size)
        finite &= store(sums, size, out, kind, begin)
    return finite
