"""Which elements of a block of a delta stay."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import Floats, Integers
from evomerge.merge.kernels.numba.hashing import keep_drawn
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.memory import bits_of, float_of
from evomerge.merge.kernels.numba.pointers import BYTE, array
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
