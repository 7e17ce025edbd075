"""Deltas thinned out, weighted, elected and added to the base, in one pass.

Notation: b base, d = theta - b, v = w f S(d) with w the weight, f the factor and S the thinning.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evomerge.merge.kernels.combination import add_scaled
from evomerge.merge.kernels.compiled import BLOCK, Floats, Integers, inner, kernel
from evomerge.merge.kernels.hashing import keep_drawn
from evomerge.merge.kernels.memory import load, pointer, store, view
from evomerge.merge.kernels.thinning import CUT, DRAWN, MARKED

_BYTES = np.zeros(1, np.uint8)


@inner
def keep_beyond(v: Floats, count: int, limit: np.float32, quota: int) -> int:
    """Set to zero what is smaller than the limit, and all but the first `quota` as large.

    Returns:
        What is left of the quota. What is NaN stays.
    """
    tied = 0
    for j in range(count):
        tied += abs(v[j]) == limit
    if tied <= quota:
        for j in range(count):
            v[j] = np.float32(0) if abs(v[j]) < limit else v[j]
        return quota - tied
    if quota == 0:
        for j in range(count):
            v[j] = np.float32(0) if abs(v[j]) <= limit else v[j]
        return 0
    for j in range(count):
        size = abs(v[j])
        if size == limit and quota > 0:
            quota -= 1
        elif size <= limit:
            v[j] = np.float32(0)
    return quota


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
) -> None:
    """Thin out a block of a delta that begins at `offset`.

    Args:
        limits, quotas: shape (2,): of what stays, and of what is dropped though it is larger.
        marks: where a byte for each element of this block lies, 0 or 1.
    """
    if way == CUT:
        quotas[0] = keep_beyond(v, count, limits[0], quotas[0])
        if limits[1] < np.inf:
            quotas[1] = drop_beyond(v, count, limits[1], quotas[1])
    elif way == DRAWN:
        keep_drawn(v, count, key, threshold, offset)
    elif way == MARKED:
        stays = view(pointer(marks, _BYTES), count)
        for j in range(count):
            v[j] *= np.float32(stays[j])


@inner
def delta(place: int, kind: int, base: Floats, offset: int, count: int, v: Floats) -> None:
    """A block of theta - b."""
    load(place, kind, offset, count, v)
    for j in range(count):
        v[j] -= base[j]


@inner
def scale(v: Floats, factor: np.float32, count: int) -> None:
    """V *= factor."""
    if factor != 1:
        for j in range(count):
            v[j] *= factor


@inner
def add_agreeing(
    v: Floats, weight: np.float32, votes: Floats, total: Floats, weights: Floats, count: int
) -> None:
    """Total += m v and weights += m w, with m = [sign v = s] and s the votes' sign, + for 0."""
    for j in range(count):
        agrees = np.float32((v[j] > 0) if votes[j] >= 0 else (v[j] < 0))
        total[j] += agrees * v[j]
        weights[j] += agrees * weight


@inner
def divide(total: Floats, weights: Floats, least: np.float32, count: int) -> None:
    """Total /= weights, where these are at least `least`; with `least` 0, where they are not 0."""
    for j in range(count):
        by = weights[j]
        if least > 0:
            by = by if by > least else least
        total[j] /= by if by != 0 else np.float32(1)


@kernel(
    "boolean(int64, int64, int64[::1], int64[::1], float32[::1], float32[::1], int64[::1],"
    " float32[:, ::1], int64[:, ::1], uint64[::1], int64[::1], int64[::1],"
    " boolean, boolean, float32, float32, int64, int64, int64, int64)"
)
def add_task_vectors(
    base: int,
    base_kind: int,
    places: Integers,
    kinds: Integers,
    weights: Floats,
    factors: Floats,
    ways: Integers,
    limits: Floats,
    quotas: Integers,
    keys: npt.NDArray[np.uint64],
    thresholds: Integers,
    marks: Integers,
    elect: bool,
    plainly: bool,
    least: np.float32,
    lambda_: np.float32,
    out: int,
    kind: int,
    offset: int,
    count: int,
) -> bool:
    """Out = b + lambda D for `count` elements from `offset` of the inputs.

    D = sum v. Where a sign is elected, that of sum v (plainly: of sum f S(d)), only what agrees
    counts; and with `least` not negative, D is divided by the sum of the agreeing weights.

    Args:
        base, base_kind, places, kinds: where base and models lie, and of what type they are.
        weights, factors: w and f of each model.
        ways, limits, quotas, keys, thresholds, marks: how each delta is thinned out (:func:`thin`);
            the quotas are what the elements before have left of them.
        out, kind: where the first of these elements is written, and its type.

    Returns:
        Whether all that was written is finite.
    """
    models = len(places)
    b, votes = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    total, agreeing = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    values = np.empty((models, BLOCK), np.float32)
    finite = True
    for begin in range(0, count, BLOCK):
        size, at = min(BLOCK, count - begin), offset + begin
        load(base, base_kind, at, size, b)
        votes[:] = 0
        for i in range(models):
            v = values[i]
            delta(places[i], kinds[i], b, at, size, v)
            thin(
                v, size, at, ways[i], limits[i], quotas[i], keys[i], thresholds[i], marks[i] + begin
            )
            scale(v, factors[i], size)
            if plainly:
                add_scaled(votes, v, np.float32(1), size)
            scale(v, weights[i], size)
            if not plainly:
                add_scaled(votes, v, np.float32(1), size)
        sums = votes
        if elect:
            total[:], agreeing[:] = 0, 0
            for i in range(models):
                add_agreeing(values[i], weights[i], votes, total, agreeing, size)
            if least >= 0:
                divide(total, agreeing, least, size)
            sums = total
        scale(sums, lambda_, size)
        add_scaled(sums, b, np.float32(1), size)
        finite &= store(sums, size, out, kind, begin)
    return finite
