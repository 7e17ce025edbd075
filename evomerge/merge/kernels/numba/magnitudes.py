"""Exact histograms of a delta's magnitudes: by bin, and inside a bin (kernels/arrays.py)."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BINS, BLOCK, LANES, PLACES, TABLE
from evomerge.merge.kernels.numba.deltas import delta
from evomerge.merge.kernels.numba.hashing import finalize, keep_drawn
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.memory import load
from evomerge.merge.kernels.numba.pointers import DOUBLE, FLOAT, INTEGER, WORD, array, scratch, view
from evomerge.merge.kernels.numba.products import add_product

PLACES_BITS, AT_ONCE = 40, 1 << 22
"""Of so many elements a bin's count and its sum of places, in the lower bits, are one integer."""


@inner
def bin_of(bits: np.uint32) -> np.uint32:
    """The bin of a float32."""
    code = bits & np.uint32(0x7FFFFFFF)
    between = np.uint32(code & np.uint32(0xFFFF) != 0)
    return np.uint32(((code >> np.uint32(16)) << np.uint32(1)) | between)


def by_bin(
    base: int, base_kind: int, theta: int, kind: int, count: int, space: int, counts: int
) -> int:
    """How many of |theta - b| fall into each bin, and the sum of their places in it.

    Args:
        space: scratch for int64, shape (BINS,).
        counts: int64, shape (2, BINS); all 0 before.
    """
    b, v = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(BLOCK, FLOAT), BLOCK)
    made, both = array(counts, INTEGER, (2, BINS)), array(space, INTEGER, BINS)
    bins = view(scratch(BLOCK, WORD), BLOCK)
    both[:] = 0
    one = np.int64(1 << PLACES_BITS)
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(base, base_kind, begin, size, b)
        delta(theta, kind, b, begin, size, v)
        codes = v.view(np.uint32)
        for j in range(size):
            bins[j] = bin_of(codes[j])
        for j in range(size):
            both[bins[j]] += one + np.int64(codes[j] & np.uint32(0xFFFF))
        if (begin + size) % AT_ONCE == 0 or begin + size == count:
            for k in range(BINS):
                made[0, k] += both[k] >> PLACES_BITS
                made[1, k] += both[k] & (one - 1)
                both[k] = 0
    return 0


def inside_bin(
    base: int, base_kind: int, theta: int, kind: int, count: int, wanted: int, counts: int
) -> int:
    """How many magnitudes of one bin have each place in it.

    Args:
        counts: int64, shape (PLACES,); all 0 before.
    """
    b, v = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(BLOCK, FLOAT), BLOCK)
    made = array(counts, INTEGER, PLACES)
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(base, base_kind, begin, size, b)
        delta(theta, kind, b, begin, size, v)
        codes = v.view(np.uint32)
        here = 0
        for j in range(size):
            here += bin_of(codes[j]) == np.uint32(wanted)
        if here:
            for j in range(size):
                if bin_of(codes[j]) == np.uint32(wanted):
                    made[codes[j] & np.uint32(0xFFFF)] += 1
    return 0


def distinct(base: int, base_kind: int, theta: int, kind: int, count: int, entries: int) -> int:
    """Every code that occurs and how often, in no order.

    Args:
        entries: uint32, shape (TABLE, 2); all 0 before. One more than a code, and its count; or 0.

    Returns:
        How many codes there are: where more than half of TABLE, not all of them.
    """
    b, v = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(BLOCK, FLOAT), BLOCK)
    table = array(entries, WORD, (TABLE, 2))
    found = 0
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(base, base_kind, begin, size, b)
        delta(theta, kind, b, begin, size, v)
        codes = v.view(np.uint32)
        for j in range(size):
            entry = np.uint32((codes[j] & np.uint32(0x7FFFFFFF)) + np.uint32(1))
            slot = finalize(entry) % np.uint32(TABLE)
            while table[slot, 0] != entry:
                if table[slot, 0] == 0:
                    table[slot, 0] = entry
                    found += 1
                    break
                slot = (slot + np.uint32(1)) % np.uint32(TABLE)
            table[slot, 1] += np.uint32(1)
        if found > TABLE // 2:
            break
    return found


def drawn_sizes(
    base: int,
    base_kind: int,
    theta: int,
    kind: int,
    count: int,
    key: int,
    threshold: int,
    sizes: int,
) -> int:
    """Sums of all |theta - b|, and of those that are drawn.

    Args:
        sizes: float64, shape (2,); written.
    """
    b, v = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(BLOCK, FLOAT), BLOCK)
    ones, lanes = view(scratch(BLOCK, FLOAT), BLOCK), view(scratch(2 * LANES, DOUBLE), (2, LANES))
    ones[:], lanes[:] = 1, 0
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(base, base_kind, begin, size, b)
        delta(theta, kind, b, begin, size, v)
        for j in range(size):
            v[j] = abs(v[j])
        add_product(v, ones, size, lanes[0])
        keep_drawn(v, size, np.uint64(key), threshold, begin)
        add_product(v, ones, size, lanes[1])
    made = array(sizes, DOUBLE, 2)
    made[0], made[1] = lanes[0].sum(), lanes[1].sum()
    return 0
