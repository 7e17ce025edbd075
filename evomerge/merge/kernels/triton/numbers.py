"""Integers as digits in floating point.

Triton compiles a kernel anew for integers in a tuple that are 1, or multiples of 16; at floats it
does not look.
"""

from __future__ import annotations

import triton
import triton.language as tl

BITS = 24
"""Of a digit: as many as float32 holds exactly."""

_BASE = tl.constexpr(1 << BITS)


def digits(number: int) -> tuple[float, float, float]:
    """A number from 0 to 2^64 - 1, its lowest digit first."""
    low, middle, high = (number >> (place * BITS) & ((1 << BITS) - 1) for place in range(3))
    return float(low), float(middle), float(high)


@triton.jit
def whole(digits):
    """The number, uint64."""
    number = tl.cast(digits[2], tl.uint64) * _BASE + tl.cast(digits[1], tl.uint64)
    return number * _BASE + tl.cast(digits[0], tl.uint64)
