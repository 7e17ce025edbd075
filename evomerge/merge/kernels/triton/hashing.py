"""Random masks that are counted, not drawn; see :mod:`evomerge.merge.kernels.numba.hashing`."""

from __future__ import annotations

import triton
import triton.language as tl

from evomerge.merge.kernels.triton.numbers import whole


@triton.jit
def drawn(first, key, threshold, BLOCK: tl.constexpr):
    """Whether each element of a block is drawn, as 1.0 or 0.0.

    Args:
        first: index of the block's first element, int64.
        key, threshold: their digits.
    """
    bits = whole(key)
    bits ^= (first >> 32).to(tl.uint64) * 0x9E3779B97F4A7C15
    low, high = (bits & 0xFFFFFFFF).to(tl.uint32), (bits >> 32).to(tl.uint32)
    start = (first & 0xFFFFFFFF).to(tl.uint32)
    x = finalize(tl.arange(0, BLOCK).to(tl.uint32) + start + low)
    x = finalize(x + high)
    return (x.to(tl.uint64) < whole(threshold)).to(tl.float32)


@triton.jit
def finalize(x):
    """Murmur3's finalizer."""
    x ^= x >> 16
    x *= 0x85EBCA6B
    x ^= x >> 13
    x *= 0xC2B2AE35
    x ^= x >> 16
    return x
