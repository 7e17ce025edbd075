"""The order of a row's elements by the bits of their magnitudes: a radix sort."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evomerge.merge.kernels.arrays import Integers, Words
from evomerge.merge.kernels.numba.inner import inner

LOW, MIDDLE, HIGH = 1 << 11, 1 << 10, 1 << 10
"""Values of the three digits of a code, 31 bits in all."""
DIGITS = LOW + MIDDLE + HIGH

Order = npt.NDArray[np.uint64]


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
    below = 0
    for k in range(len(ends)):
        here = ends[k]
        ends[k] = below
        below += here
    for j in range(count):
        digit = np.int64(source[j] >> np.uint64(shift)) & mask
        target[ends[digit]] = source[j]
        ends[digit] += 1
    return True


@inner
def sort(codes: Words, count: int, order: Order, other: Order, counts: Integers) -> Order:
    """Indices of a row by ascending code, of equal codes the lowest first.

    Args:
        order, other: scratch for a row each; one of them is returned, an index in the last 32 bits.
        counts: scratch for the digits' counts.
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
