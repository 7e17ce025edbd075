"""The population variance of the models' deltas at each place: exact histograms, and marks.

A variance is known by its code, the bits of float32, as magnitudes are (magnitudes.py).
"""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.combination import add_scaled
from evomerge.merge.kernels.compiled import BLOCK, Floats, Integers, inner, kernel
from evomerge.merge.kernels.magnitudes import BINS, PLACES
from evomerge.merge.kernels.marks import pack
from evomerge.merge.kernels.memory import load, pointer, view
from evomerge.merge.kernels.products import LANES, Doubles, add_product
from evomerge.merge.kernels.task_vectors import delta

_BYTES = np.zeros(1, np.uint8)


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
        deltas: shape (models + 1, BLOCK), written; the last row is room.
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


@kernel("int64[::1](int64, int64, int64[::1], int64[::1], int64)")
def variances_by_bin(
    base: int, base_kind: int, places: Integers, kinds: Integers, count: int
) -> Integers:
    """How many variances that are not 0 fall into each bin; (BINS,)."""
    deltas, v = np.empty((len(places) + 1, BLOCK), np.float32), np.empty(BLOCK, np.float32)
    codes = v.view(np.uint32)
    made = np.zeros(BINS, np.int64)
    zeros = 0
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        variances(base, base_kind, places, kinds, begin, size, deltas, v)
        for j in range(size):
            made[(codes[j] & np.uint32(0x7FFFFFFF)) >> np.uint32(16)] += 1
            zeros += codes[j] == 0
    made[0] -= zeros
    return made


@kernel("int64[::1](int64, int64, int64[::1], int64[::1], int64, int64)")
def variances_inside(
    base: int, base_kind: int, places: Integers, kinds: Integers, count: int, wanted: int
) -> Integers:
    """How many variances of one bin have each place in it; (PLACES,)."""
    deltas, v = np.empty((len(places) + 1, BLOCK), np.float32), np.empty(BLOCK, np.float32)
    codes = v.view(np.uint32)
    made = np.zeros(PLACES, np.int64)
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        variances(base, base_kind, places, kinds, begin, size, deltas, v)
        for j in range(size):
            if (codes[j] & np.uint32(0x7FFFFFFF)) >> np.uint32(16) == np.uint32(wanted):
                made[codes[j] & np.uint32(0xFFFF)] += 1
    return made


@kernel("float64[::1](int64, int64, int64[::1], int64[::1], int64, float32, int64, int64)")
def mark_variances(
    base: int,
    base_kind: int,
    places: Integers,
    kinds: Integers,
    count: int,
    limit: np.float32,
    quota: int,
    marks: int,
) -> Doubles:
    """Mark where the variance is larger than the limit, and the first `quota` as large.

    Args:
        marks: where a bit for each element is set, all 0 before; bit i of byte k is element 8k + i.

    Returns:
        Sum of d^2 over what is marked, of each model.
    """
    models = len(places)
    deltas, v = np.empty((models + 1, BLOCK), np.float32), np.empty(BLOCK, np.float32)
    stays = np.empty(BLOCK, np.uint8)
    bits = view(pointer(marks, _BYTES), (count + 7) // 8)
    lanes = np.zeros((models, LANES))
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        variances(base, base_kind, places, kinds, begin, size, deltas, v)
        tied = 0
        for j in range(size):
            stays[j] = v[j] > limit
            tied += v[j] == limit
        if tied and quota:
            for j in range(size):
                if v[j] == limit and quota:
                    stays[j] = 1
                    quota -= 1
        stays[size:] = 0
        pack(stays, size, bits, begin // 8)
        for i in range(models):
            d = deltas[i]
            for j in range(size):
                d[j] *= np.float32(stays[j])
            add_product(d, d, size, lanes[i])
    made = np.empty(models)
    for i in range(models):
        made[i] = lanes[i].sum()
    return made
