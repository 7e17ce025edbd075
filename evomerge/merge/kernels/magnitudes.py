"""Exact histograms of a delta's magnitudes: by the first 16 bits of float32, and inside a bin.

A magnitude is a code: the bits of |d| in float32, which are in the order of its value. The first
16 of them are its bin, the last 16 its place in the bin.
"""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.compiled import BLOCK, Integers, kernel
from evomerge.merge.kernels.hashing import finalize, keep_drawn
from evomerge.merge.kernels.memory import load
from evomerge.merge.kernels.products import LANES, Doubles, add_product
from evomerge.merge.kernels.task_vectors import delta

BINS = 1 << 15
"""The sign's bit is always 0."""
PLACES = 1 << 16
ROOM = 1 << 18
PLACES_BITS, AT_ONCE = 40, 1 << 22
"""Of so many elements a bin's count and its sum of places, in the lower bits, are one integer."""


@kernel("int64[:, ::1](int64, int64, int64, int64, int64)")
def by_bin(base: int, base_kind: int, theta: int, kind: int, count: int) -> Integers:
    """How many of |theta - b| fall into each bin, and the sum of their places in it; (2, BINS)."""
    b, v = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    made, both = np.zeros((2, BINS), np.int64), np.zeros(BINS, np.int64)
    one = np.int64(1 << PLACES_BITS)
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(base, base_kind, begin, size, b)
        delta(theta, kind, b, begin, size, v)
        codes = v.view(np.uint32)
        for j in range(size):
            code = codes[j] & np.uint32(0x7FFFFFFF)
            both[code >> np.uint32(16)] += one + np.int64(code & np.uint32(0xFFFF))
        if (begin + size) % AT_ONCE == 0 or begin + size == count:
            made[0] += both >> PLACES_BITS
            made[1] += both & (one - 1)
            both[:] = 0
    return made


@kernel("int64[::1](int64, int64, int64, int64, int64, int64)")
def inside_bin(
    base: int, base_kind: int, theta: int, kind: int, count: int, wanted: int
) -> Integers:
    """How many magnitudes of one bin have each place in it, shape (PLACES,)."""
    b, v = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    made = np.zeros(PLACES, np.int64)
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(base, base_kind, begin, size, b)
        delta(theta, kind, b, begin, size, v)
        codes = v.view(np.uint32)
        here = 0
        for j in range(size):
            here += (codes[j] & np.uint32(0x7FFFFFFF)) >> np.uint32(16) == np.uint32(wanted)
        if here:
            for j in range(size):
                code = codes[j] & np.uint32(0x7FFFFFFF)
                if code >> np.uint32(16) == np.uint32(wanted):
                    made[code & np.uint32(0xFFFF)] += 1
    return made


@kernel("int64[:, ::1](int64, int64, int64, int64, int64)")
def distinct(base: int, base_kind: int, theta: int, kind: int, count: int) -> Integers:
    """Every code that occurs and how often, shape (2, codes), in no order.

    Differences of numbers in 16 bits have few codes. Of more than half of ROOM none are given.
    """
    b, v = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    table = np.zeros((ROOM, 2), np.uint32)  # one more than the code, and the count
    found = 0
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(base, base_kind, begin, size, b)
        delta(theta, kind, b, begin, size, v)
        codes = v.view(np.uint32)
        for j in range(size):
            entry = np.uint32((codes[j] & np.uint32(0x7FFFFFFF)) + np.uint32(1))
            slot = finalize(entry) % np.uint32(ROOM)
            while table[slot, 0] != entry:
                if table[slot, 0] == 0:
                    table[slot, 0] = entry
                    found += 1
                    break
                slot = (slot + np.uint32(1)) % np.uint32(ROOM)
            table[slot, 1] += np.uint32(1)
        if found > ROOM // 2:
            return np.empty((2, 0), np.int64)
    used = np.flatnonzero(table[:, 0])
    made = np.empty((2, len(used)), np.int64)
    made[0], made[1] = table[used, 0], table[used, 1]
    made[0] -= 1
    return made


@kernel("float64[::1](int64, int64, int64, int64, int64, uint64, int64)")
def drawn_sizes(
    base: int, base_kind: int, theta: int, kind: int, count: int, key: np.uint64, threshold: int
) -> Doubles:
    """Sums of all |theta - b|, and of those that are drawn."""
    b, v = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    ones, lanes = np.ones(BLOCK, np.float32), np.zeros((2, LANES))
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        load(base, base_kind, begin, size, b)
        delta(theta, kind, b, begin, size, v)
        for j in range(size):
            v[j] = abs(v[j])
        add_product(v, ones, size, lanes[0])
        keep_drawn(v, size, key, threshold, begin)
        add_product(v, ones, size, lanes[1])
    return np.array([lanes[0].sum(), lanes[1].sum()])
