"""Random masks by rank: in each row, larger magnitudes are drawn with other odds.

Whether an element stays seldom needs its exact rank. Magnitudes are counted by the first bits of
their codes, as in magnitudes.py; the bin of an element says between which ranks its own lies, and
mostly its draw is below the thresholds of both or of neither. The rest are ranked.
"""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BLOCK, LANES, Bytes, Floats, Integers, Words
from evomerge.merge.kernels.numba.deltas import delta
from evomerge.merge.kernels.numba.hashing import draw
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.marks import pack
from evomerge.merge.kernels.numba.memory import load
from evomerge.merge.kernels.numba.pointers import (
    BYTE,
    DOUBLE,
    FLOAT,
    INTEGER,
    LONG,
    WORD,
    array,
    scratch,
    view,
)
from evomerge.merge.kernels.numba.products import add_product
from evomerge.merge.kernels.numba.sorting import DIGITS, Order, sort

BINS = 1 << 10
"""Bins of a row: eight octaves from its largest magnitude down; the lowest holds what is less."""
FEW = 128
"""Elements of a row, or of it in question, that are ranked by comparing each with all."""


@inner
def count_bins(codes: Words, count: int, bins: Words, starts: Integers) -> None:
    """How many elements of a row are in a lower bin than each.

    Args:
        bins: written; the bin of each element.
        starts: written; the lowest rank of each bin, and the row's length.
    """
    last, top = len(starts) - 2, np.uint32(0)
    for j in range(count):
        top = max(top, codes[j])
    below = np.int32(top >> np.uint32(16)) - np.int32(last)
    for j in range(count):
        above = np.int32(codes[j] >> np.uint32(16)) - below
        bins[j] = above if above > 0 else 0
    starts[:] = 0
    for j in range(count):
        starts[bins[j] + 1] += 1
    for k in range(last + 1):
        starts[k + 1] += starts[k]


@inner
def decide(
    draws: Words,
    count: int,
    bins: Words,
    starts: Integers,
    thresholds: Integers,
    stays: Bytes,
    open_: Words,
) -> int:
    """Mark what stays whatever its rank in its bin.

    Args:
        open_: written; the elements whose rank matters.

    Returns:
        How many these are.
    """
    left = 0
    for j in range(count):
        drawn, one = np.int64(draws[j]), bins[j]
        surely = drawn < thresholds[starts[one]]
        stays[j] = surely
        open_[left] = j
        left += (not surely) & (drawn < thresholds[starts[one + 1] - 1])
    return left


@inner
def rank(codes: Words, count: int, j: int) -> int:
    """How many magnitudes of a row are smaller than one of them, or equal and before it."""
    code, made = codes[j], 0
    for k in range(count):
        made += codes[k] < code
    for k in range(j):
        made += codes[k] == code
    return made


@inner
def mark_ranked(ranked: Order, draws: Words, thresholds: Integers, stays: Bytes) -> None:
    """Mark a row's elements, given as :func:`sort` orders them, each by its rank."""
    for r in range(len(thresholds)):
        at = np.int64(ranked[r] & np.uint64(0xFFFFFFFF))
        stays[at] = np.int64(draws[at]) < thresholds[r]


@inner
def mark_open(
    open_: Words,
    left: int,
    codes: Words,
    draws: Words,
    thresholds: Integers,
    stays: Bytes,
    order: Order,
    other: Order,
    counts: Integers,
) -> None:
    """Mark the `left` elements whose rank matters; of many, all are ranked by sorting the row.

    Args:
        order, other, counts: scratch of :func:`sort`.
    """
    if left > FEW:
        mark_ranked(sort(codes, len(codes), order, other, counts), draws, thresholds, stays)
        return
    for k in range(left):
        j = open_[k]
        stays[j] = np.int64(draws[j]) < thresholds[rank(codes, len(codes), j)]


@inner
def read_codes(
    base: int, base_kind: int, theta: int, kind: int, offset: int, codes: Words, blocks: Floats
) -> None:
    """The codes of the magnitudes of a row: their bits, in the order of their values."""
    for begin in range(0, len(codes), BLOCK):
        size = min(BLOCK, len(codes) - begin)
        load(base, base_kind, offset + begin, size, blocks[0])
        delta(theta, kind, blocks[0], offset + begin, size, blocks[1])
        bits = blocks[1].view(np.uint32)
        for j in range(size):
            codes[begin + j] = bits[j] & np.uint32(0x7FFFFFFF)


def draw_by_rank(
    base: int,
    base_kind: int,
    theta: int,
    kind: int,
    rows: int,
    columns: int,
    thresholds: int,
    key: int,
    marks: int,
    space: int,
    sizes: int,
) -> int:
    """Mark the element of rank r of each row where its hash is below `thresholds[r]`.

    Ranks go from the smallest |theta - b| of the row, of equal ones from the lowest index.

    Args:
        thresholds: int64 of 2^32 for each rank; ascending.
        marks: a bit for each element, written; bit i of byte k is element 8k + i.
        space: scratch for SPACE bytes a column.
        sizes: float64, shape (2,), written; sums of all magnitudes, and of those that are marked.
    """
    limits = array(thresholds, INTEGER, columns)
    bits = array(marks, BYTE, (rows * columns + 7) // 8)
    both = array(space, LONG, (2, columns))
    order, other = both[0], both[1]
    four = array(space + 16 * columns, WORD, (4, columns))
    codes, draws, bins, open_ = four[0], four[1], four[2], four[3]
    values, two = codes.view(np.float32), array(space + 32 * columns, FLOAT, (2, columns))
    ones, kept = two[0], two[1]
    # Eight rows are marked at a time: their bits are whole bytes.
    stays = array(space + 40 * columns, BYTE, (8, columns))
    every = array(space + 40 * columns, BYTE, 8 * columns)
    blocks = view(scratch(2 * BLOCK, FLOAT), (2, BLOCK))
    several = (1 if columns <= FEW else BINS) + 1
    starts = view(scratch(several, INTEGER), several)
    counts = view(scratch(DIGITS, INTEGER), DIGITS)
    lanes = view(scratch(2 * LANES, DOUBLE), (2, LANES))
    ones[:], stays[:], lanes[:] = 1, 0, 0
    for row in range(rows):
        first, here = row * columns, stays[row % 8]
        read_codes(base, base_kind, theta, kind, first, codes, blocks)
        draw(draws, columns, np.uint64(key), first)
        count_bins(codes, columns, bins, starts)
        left = decide(draws, columns, bins, starts, limits, here, open_)
        mark_open(open_, left, codes, draws, limits, here, order, other, counts)
        for j in range(columns):
            kept[j] = values[j] * np.float32(here[j])
        add_product(values, ones, columns, lanes[0])
        add_product(kept, ones, columns, lanes[1])
        if row % 8 == 7 or row == rows - 1:
            stays[row % 8 + 1 :] = 0
            pack(every, (row % 8 + 1) * columns, bits, row // 8 * columns)
    made = array(sizes, DOUBLE, 2)
    made[0], made[1] = lanes[0].sum(), lanes[1].sum()
    return 0
