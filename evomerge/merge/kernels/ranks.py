"""Random masks by rank: in each row, larger magnitudes are drawn with other odds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evomerge.merge.kernels.compiled import BLOCK, Floats, Integers, inner, kernel
from evomerge.merge.kernels.hashing import Words, draw
from evomerge.merge.kernels.memory import load, pointer, view
from evomerge.merge.kernels.task_vectors import delta

FEW = 128
"""Elements of a row that are ranked by comparing all with all."""
LOW, MIDDLE, HIGH = 1 << 11, 1 << 10, 1 << 10
"""Values of the three digits of a code, 31 bits in all."""

_BYTES = np.zeros(1, np.uint8)
Order = npt.NDArray[np.uint64]


@inner
def compare(codes: Words, count: int, order: Order) -> None:
    """Rank a short row; see :func:`sort`."""
    for j in range(count):
        rank = 0
        for k in range(count):
            rank += codes[k] < codes[j]
        for k in range(j):
            rank += codes[k] == codes[j]
        order[rank] = np.uint64(j)


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


@kernel("float64(int64, int64, int64, int64, int64, int64[::1], uint64, int64)")
def draw_by_rank(
    base: int,
    base_kind: int,
    theta: int,
    kind: int,
    rows: int,
    thresholds: Integers,
    key: np.uint64,
    marks: int,
) -> float:
    """Mark the element of rank r of each row where its hash is below `thresholds[r]`.

    Ranks go from the smallest |theta - b| of the row, of equal ones from the lowest index.

    Args:
        thresholds: for each rank, of 2^32.
        marks: where a bit for each element is set, all 0 before; bit i of byte k is element 8k + i.

    Returns:
        Sum of the magnitudes that are marked.
    """
    columns = len(thresholds)
    room = np.empty((2, BLOCK), np.float32)
    codes, draws = np.empty(columns, np.uint32), np.empty(columns, np.uint32)
    order, other = np.empty(columns, np.uint64), np.empty(columns, np.uint64)
    counts = np.empty(LOW + MIDDLE + HIGH, np.int64)
    values = codes.view(np.float32)
    bits = view(pointer(marks, _BYTES), (rows * columns + 7) // 8)
    left = 0.0
    for row in range(rows):
        first = row * columns
        read_codes(base, base_kind, theta, kind, first, codes, room)
        draw(draws, columns, key, first)
        if columns <= FEW:
            compare(codes, columns, order)
            ranked = order
        else:
            ranked = sort(codes, columns, order, other, counts)
        for rank in range(columns):
            j = np.int64(ranked[rank] & np.uint64(0xFFFFFFFF))
            stays = np.int64(draws[j]) < thresholds[rank]
            bits[(first + j) >> 3] |= np.uint8(stays << ((first + j) & 7))
            # A branch would be missed half the time.
            left += np.float64(values[j]) * np.float64(stays)
    return left
