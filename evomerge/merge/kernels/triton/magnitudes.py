"""Exact histograms of a delta's magnitudes; see kernels/numba/magnitudes.py."""

from __future__ import annotations

import triton
import triton.language as tl

from evomerge.merge.kernels.triton.memory import load


@triton.jit
def by_bin(theta, base, counts, places, count, BLOCK: tl.constexpr):
    """Count magnitudes by their bin, and add up their places in it."""
    code, inside = _codes(theta, base, count, BLOCK)
    one = tl.full((BLOCK,), 1, tl.int64)
    tl.atomic_add(counts + _bin(code), one, inside, sem="relaxed")
    place = (code & 0xFFFF).to(tl.int64)
    tl.atomic_add(places + _bin(code), place, inside & (place > 0), sem="relaxed")


@triton.jit(do_not_specialize=["wanted"])
def inside_bin(theta, base, counts, wanted, count, BLOCK: tl.constexpr):
    """Count the magnitudes of one bin by their places in it."""
    code, inside = _codes(theta, base, count, BLOCK)
    here = inside & (_bin(code) == wanted)
    one = tl.full((BLOCK,), 1, tl.int64)
    tl.atomic_add(counts + (code & 0xFFFF), one, here, sem="relaxed")


@triton.jit
def _bin(code):
    return ((code >> 16) << 1) | ((code & 0xFFFF) != 0).to(tl.int32)


@triton.jit
def _codes(theta, base, count, BLOCK: tl.constexpr):
    """The bits of |theta - b|, and which of them are there."""
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = at < count
    v = load(theta, at, inside) - load(base, at, inside)
    return v.to(tl.int32, bitcast=True) & 0x7FFFFFFF, inside
