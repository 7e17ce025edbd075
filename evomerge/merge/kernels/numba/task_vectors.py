"""Deltas thinned out, weighted, elected and added to the base, in one pass.

Notation: b base, d = theta - b, v = w f S(d) with w the weight, f the factor and S the thinning.
"""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BLOCK, Floats, Integers
from evomerge.merge.kernels.numba.hashing import keep_drawn
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.memory import bits_of, float_of, load, store
from evomerge.merge.kernels.numba.pointers import (
    BYTE,
    FLOAT,
    HALF,
    INTEGER,
    LONG,
    array,
    scratch,
    view,
)
from evomerge.merge.kernels.thinning import CUT, DRAWN, MARKED


@inner
def keep_tied(v: Floats, count: int, limit: np.float32, quotas: Integers) -> np.float32:
    """Of what is as large as the limit only the first `quotas[0]` stay; less of it stays to keep.

    Returns:
        The magnitude up to which the rest of the block is to be set to zero.
    """
    if quotas[0] == 0:
        return limit
    tied = 0
    for j in range(count):
        tied += abs(v[j]) == limit
    if tied > quotas[0]:
        for j in range(count):
            if abs(v[j]) == limit:
                v[j] = v[j] if quotas[0] > 0 else np.float32(0)
                quotas[0] -= quotas[0] > 0
    else:
        quotas[0] -= tied
    if limit == 0:
        return np.float32(-1)
    below: np.float32 = float_of(bits_of(limit) - np.uint32(1))
    return below


@inner
def drop_beyond(v: Floats, count: int, limit: np.float32, quota: int) -> int:
    """Set to zero what is larger than the limit, and the first `quota` as large."""
    tied = 0
    for j in range(count):
        tied += abs(v[j]) == limit
    if tied <= quota:
        for j in range(count):
            v[j] = np.float32(0) if abs(v[j]) >= limit else v[j]
        return quota - tied
    for j in range(count):
        size = abs(v[j])
        if size == limit and quota > 0:
            quota -= 1
            v[j] = np.float32(0)
        elif size > limit:
            v[j] = np.float32(0)
    return quota


@inner
def thin(
    v: Floats,
    count: int,
    offset: int,
    way: int,
    limits: Floats,
    quotas: Integers,
    key: np.uint64,
    threshold: int,
    marks: int,
) -> np.float32:
    """Thin out a block of a delta that begins at `offset`, but for what is small.

    Args:
        limits, quotas: shape (2,): of what stays, and of what is dropped though it is larger.
        marks: where a byte for each element of this block lies, 0 or 1.

    Returns:
        The magnitude up to which what is left is to be set to zero; negative for nothing.
    """
    if way == CUT:
        small: np.float32 = keep_tied(v, count, limits[0], quotas)
        if limits[1] < np.inf:
            quotas[1] = drop_beyond(v, count, limits[1], quotas[1])
        return small
    if way == DRAWN:
        keep_drawn(v, count, key, threshold, offset)
    elif way == MARKED:
        stays = array(marks, BYTE, count)
        for j in range(count):
            v[j] *= np.float32(stays[j])
    return np.float32(-1)


@inner
def delta(place: int, kind: int, base: Floats, offset: int, count: int, v: Floats) -> None:
    """A block of theta - b."""
    if kind == 1:
        halves = array(place + 2 * offset, HALF, count)
        for j in range(count):
            v[j] = float_of(np.uint32(np.uint32(halves[j]) << np.uint32(16))) - base[j]
        return
    load(place, kind, offset, count, v)
    for j in range(count):
        v[j] -= base[j]


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
def add_agreeing(
    v: Floats, weight: np.float32, signs: Floats, total: Floats, weights: Floats, count: int
) -> None:
    """Add m v to the total and m w to the weights, m = [sign v = s]; what is NaN counts."""
    for j in range(count):
        against = v[j] * signs[j] <= 0
        total[j] += np.float32(0) if against else v[j]
        weights[j] += np.float32(0) if against else weight


@inner
def divide(total: Floats, weights: Floats, least: np.float32, count: int) -> None:
    """Divide by the weights, or by `least` where that is more; where both are 0, not at all."""
    for j in range(count):
        by = weights[j]
        if least > 0:
            by = by if by > least else least
        total[j] /= by if by != 0 else np.float32(1)


@inner
def add_elected(
    values: Floats,
    weights: Floats,
    votes: Floats,
    least: np.float32,
    total: Floats,
    agreeing: Floats,
    count: int,
) -> None:
    """Set the total to D, the sum of what has the votes' sign, divided as `least` says."""
    total[:], agreeing[:] = 0, 0
    for j in range(count):
        votes[j] = np.float32(1) if votes[j] >= 0 else np.float32(-1)
    for i in range(len(weights)):
        add_agreeing(values[i], weights[i], votes, total, agreeing, count)
    if least >= 0:
        divide(total, agreeing, least, count)


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
