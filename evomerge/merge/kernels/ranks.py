"""Random masks by rank: in each row, larger magnitudes are drawn with other odds.

Whether an element stays seldom needs its exact rank. Magnitudes are counted by the first bits of
their codes, as in magnitudes.py; the bin of an element says between which ranks its own lies, and
mostly its draw is below the thresholds of both or of neither. The rest are ranked.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evomerge.merge.kernels.compiled import BLOCK, Floats, Integers, inner, kernel
from evomerge.merge.kernels.hashing import Words, draw
from evomerge.merge.kernels.marks import Marks, pack
from evomerge.merge.kernels.memory import load, pointer, view
from evomerge.merge.kernels.products import LANES, Doubles, add_product
from evomerge.merge.kernels.task_vectors import delta

BINS = 1 << 10
"""Bins of a row: eight octaves from its largest magnitude down; the lowest holds what is less."""
FEW = 128
"""Elements of a row, or of it in question, that are ranked by comparing each with all."""
LOW, MIDDLE, HIGH = 1 << 11, 1 << 10, 1 << 10
"""Values of the three digits of a code, 31 bits in all."""

_BYTES = np.zeros(1, np.uint8)
Order = npt.NDArray[np.uint64]


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
    stays: Marks,
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
def scatter(
    source: Order, target: Order, count: int, shift: int, mask: int, ends: Integers
) -> bool:
    """One pass of a radix sort, by the digit at `shift`; whether there was more than one digit.

    Args:
        ends: how often each digit occurs; then where the next one goes.
    """
    if ends[np.int64(source[0] >> np.uint64(shift)) & mask] == count:
        return False
    ends[:] = np.cumsum(ends) - ends
    for j in range(count):
        digit = np.int64(source[j] >> np.uint64(shift)) & mask
        target[ends[digit]] = source[j]
        ends[digit] += 1
    return True


@inner
def sort(codes: Words, count: int, order: Order, other: Order, counts: Integers) -> Order:
    """Indices of a row by ascending code, of equal codes the lowest first.

    Args:
        order, other: room for a row each; one of them is returned, an index in the last 32 bits.
        counts: room for the digits' counts.
    """
    counts[:] = 0
    low, middle = counts[:LOW], counts[LOW : LOW + MIDDLE]
    high = counts[LOW + MIDDLE :]
    for j in range(count):
        code = np.int64(codes[j])
        order[j] = (np.uint64(code) << np.uint64(32)) | np.uint64(j)
        low[code & (LOW - 1)] += 1
        middle[(code >> 11) & (MIDDLE - 1)] += 1
        high[code >> 21] += 1
    if scatter(order, other, count, 32, LOW - 1, low):
        order, other = other, order
    if scatter(order, other, count, 43, MIDDLE - 1, middle):
        order, other = other, order
    if scatter(order, other, count, 53, HIGH - 1, high):
        order, other = other, order
    return order


@inner
def read_codes(
    base: int, base_kind: int, theta: int, kind: int, offset: int, codes: Words, room: Floats
) -> None:
    """The codes of the magnitudes of a row: their bits, in the order of their values."""
    for begin in range(0, len(codes), BLOCK):
        size = min(BLOCK, len(codes) - begin)
        load(base, base_kind, offset + begin, size, room[0])
        delta(theta, kind, room[0], offset + begin, size, room[1])
        bits = room[1].view(np.uint32)
        for j in range(size):
            codes[begin + j] = bits[j] & np.uint32(0x7FFFFFFF)


@kernel("float64[::1](int64, int64, int64, int64, int64, int64[::1], uint64, int64)")
def draw_by_rank(
    base: int,
    base_kind: int,
    theta: int,
    kind: int,
    rows: int,
    thresholds: Integers,
    key: np.uint64,
    marks: int,
) -> Doubles:
    """Mark the element of rank r of each row where its hash is below `thresholds[r]`.

    Ranks go from the smallest |theta - b| of the row, of equal ones from the lowest index.

    Args:
        thresholds: for each rank, of 2^32; ascending.
        marks: where a bit for each element is written; bit i of byte k is element 8k + i.

    Returns:
        Sums of all magnitudes, and of those that are marked.
    """
    columns = len(thresholds)
    room, ones = np.empty((2, BLOCK), np.float32), np.ones(columns, np.float32)
    codes, draws = np.empty(columns, np.uint32), np.empty(columns, np.uint32)
    bins, open_ = np.empty(columns, np.uint32), np.empty(columns, np.uint32)
    starts = np.empty((1 if columns <= FEW else BINS) + 1, np.int64)
    order, other = np.empty(columns, np.uint64), np.empty(columns, np.uint64)
    counts = np.empty(LOW + MIDDLE + HIGH, np.int64)
    # Eight rows are marked at a time: their bits are whole bytes.
    stays, kept = np.zeros((8, columns), np.uint8), np.empty(columns, np.float32)
    bits = view(pointer(marks, _BYTES), (rows * columns + 7) // 8)
    values, lanes = codes.view(np.float32), np.zeros((2, LANES))
    for row in range(rows):
        first, here = row * columns, stays[row % 8]
        read_codes(base, base_kind, theta, kind, first, codes, room)
        draw(draws, columns, key, first)
        count_bins(codes, columns, bins, starts)
        left = decide(draws, columns, bins, starts, thresholds, here, open_)
        if left <= FEW:
            for k in range(left):
                j = open_[k]
                here[j] = np.int64(draws[j]) < thresholds[rank(codes, columns, j)]
        else:
            ranked = sort(codes, columns, order, other, counts)
            for r in range(columns):
                at = np.int64(ranked[r] & np.uint64(0xFFFFFFFF))
                here[at] = np.int64(draws[at]) < thresholds[r]
        for j in range(columns):
            kept[j] = values[j] * np.float32(here[j])
        add_product(values, ones, columns, lanes[0])
        add_product(kept, ones, columns, lanes[1])
        if row % 8 == 7 or row == rows - 1:
            stays[row % 8 + 1 :] = 0
            pack(stays.reshape(-1), (row % 8 + 1) * columns, bits, row // 8 * columns)
    return np.array([lanes[0].sum(), lanes[1].sum()])
