"""The population variance of the models' deltas at each place: exact histograms, and marks.

A variance is known by its code, as magnitudes are (kernels/arrays.py).
"""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import (
    BINS,
    BLOCK,
    LANES,
    PLACES,
    Bytes,
    Doubles,
    Floats,
    Integers,
)
from evomerge.merge.kernels.numba.combination import add_scaled
from evomerge.merge.kernels.numba.deltas import delta
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.magnitudes import bin_of
from evomerge.merge.kernels.numba.marks import pack
from evomerge.merge.kernels.numba.memory import load
from evomerge.merge.kernels.numba.pointers import BYTE, DOUBLE, FLOAT, INTEGER, array, scratch, view
from evomerge.merge.kernels.numba.products import add_product


@inner
def variances(
    base: int,
    base_kind: int,
    places: Integers,
    kinds: Integers,
    offset: int,
    count: int,
    deltas: Floats,
    made: Floats,
) -> None:
    """Mean (d - mean d)^2 over the models, for a block.

    Args:
        deltas: shape (models + 1, BLOCK), written; the last row is scratch.
        made: shape (BLOCK,), written.
    """
    models = len(places)
    mean = deltas[models]
    load(base, base_kind, offset, count, made)
    mean[:] = 0
    for i in range(models):
        delta(places[i], kinds[i], made, offset, count, deltas[i])
        add_scaled(mean, deltas[i], np.float32(1), count)
    for j in range(count):
        mean[j] /= np.float32(models)
    made[:] = 0
    for i in range(models):
        d = deltas[i]
        for j in range(count):
            away = d[j] - mean[j]
            made[j] += away * away
    for j in range(count):
        made[j] /= np.float32(models)


@inner
def keep_largest(v: Floats, count: int, least: np.float32, quota: int, stays: Bytes) -> int:
    """Mark what is larger than the limit, and the first `quota` as large; what is left of it."""
    tied = 0
    for j in range(count):
        stays[j] = v[j] > least
        tied += v[j] == least
    if tied and quota:
        for j in range(count):
            if v[j] == least and quota:
                stays[j] = 1
                quota -= 1
    stays[count:] = 0
    return quota


@inner
def add_square(d: Floats, stays: Bytes, count: int, lanes: Doubles) -> None:
    """Set what is not marked to zero, and add up the squares of the rest."""
    for j in range(count):
        d[j] *= np.float32(stays[j])
    add_product(d, d, count, lanes)


def variances_by_bin(
    base: int,
    base_kind: int,
    places: int,
    kinds: int,
    models: int,
    count: int,
    space: int,
    counts: int,
) -> int:
    """How many variances that are not 0 fall into each bin.

    Args:
        space: scratch for float32, shape (models + 1, BLOCK).
        counts: int64, shape (BINS,); all 0 before.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    made = array(counts, INTEGER, BINS)
    deltas, v = array(space, FLOAT, (models + 1, BLOCK)), view(scratch(BLOCK, FLOAT), BLOCK)
    codes = v.view(np.uint32)
    zeros = 0
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        variances(base, base_kind, at, types, begin, size, deltas, v)
        for j in range(size):
            made[bin_of(codes[j])] += 1
            zeros += codes[j] == 0
    made[0] -= zeros
    return 0


def variances_inside(
    base: int,
    base_kind: int,
    places: int,
    kinds: int,
    models: int,
    count: int,
    wanted: int,
    space: int,
    counts: int,
) -> int:
    """How many variances of one bin have each place in it.

    Args:
        space: scratch for float32, shape (models + 1, BLOCK).
        counts: int64, shape (PLACES,); all 0 before.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    made = array(counts, INTEGER, PLACES)
    deltas, v = array(space, FLOAT, (models + 1, BLOCK)), view(scratch(BLOCK, FLOAT), BLOCK)
    codes = v.view(np.uint32)
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        variances(base, base_kind, at, types, begin, size, deltas, v)
        for j in range(size):
            if bin_of(codes[j]) == np.uint32(wanted):
                made[codes[j] & np.uint32(0xFFFF)] += 1
    return 0


def mark_variances(
    base: int,
    base_kind: int,
    places: int,
    kinds: int,
    models: int,
    count: int,
    limit: int,
    quota: int,
    space: int,
    sums: int,
    marks: int,
    squares: int,
) -> int:
    """Mark where the variance is larger than the limit, and the first `quota` as large.

    Args:
        limit: a float32.
        space: scratch for float32, shape (models + 1, BLOCK).
        sums: scratch for float64, shape (models, LANES).
        marks: a bit for each element, written; bit i of byte k is element 8k + i.
        squares: float64, shape (models,), written; the sum of d^2 over what is marked.
    """
    at, types = array(places, INTEGER, models), array(kinds, INTEGER, models)
    least, bits = array(limit, FLOAT, 1)[0], array(marks, BYTE, (count + 7) // 8)
    lanes, made = array(sums, DOUBLE, (models, LANES)), array(squares, DOUBLE, models)
    deltas = array(space, FLOAT, (models + 1, BLOCK))
    v, stays = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(BLOCK, BYTE), BLOCK)
    lanes[:] = 0
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        variances(base, base_kind, at, types, begin, size, deltas, v)
        quota = keep_largest(v, size, least, quota, stays)
        pack(stays, size, bits, begin // 8)
        for i in range(models):
            add_square(deltas[i], stays, size, lanes[i])
    for i in range(models):
        made[i] = lanes[i].sum()
    return 0
