"""Deltas thinned out; see :mod:`evomerge.merge.kernels.thinning` for the ways."""

from __future__ import annotations

import triton
import triton.language as tl

from evomerge.merge.kernels import thinning
from evomerge.merge.kernels.triton.hashing import drawn
from evomerge.merge.kernels.triton.memory import load

CUT = tl.constexpr(thinning.CUT)
DRAWN = tl.constexpr(thinning.DRAWN)
MARKED = tl.constexpr(thinning.MARKED)


@triton.jit
def thin(v, how, left, at, inside, first, WAY: tl.constexpr, EXACTLY: tl.constexpr):
    """Thin out a block of a delta.

    Args:
        how: limit and, where there is one, top (Cut); key and threshold (Drawn); marks (Marked).
        left: of the block's elements as large as the limit, and as the top, how many are within
            the quota; not EXACTLY: whether all or none of them are.
        first: index of the block's first element.
    """
    if WAY == CUT:
        size = tl.abs(v)
        stays = (size > how[0]) | ((size == how[0]) & _within(size == how[0], left[0], EXACTLY))
        if len(how) > 1:
            stays &= size <= how[1]
            stays &= (size < how[1]) | ~_within(size == how[1], left[1], EXACTLY)
        v = tl.where(stays | (v != v), v, 0.0)
    elif WAY == DRAWN:
        v *= drawn(first, how[0], how[1], v.shape[0])
    elif WAY == MARKED:
        v *= load(how, at, inside)
    return v


@triton.jit
def _within(tied, left, EXACTLY: tl.constexpr):
    """Which of the tied elements are among the first `left`."""
    if EXACTLY:
        return tl.cumsum(tied.to(tl.int32), 0) <= left
    else:  # noqa: RET505 - compiled, only one of the two is there
        return left


@triton.jit
def boundary(counts, quota, blocks, WIDTH: tl.constexpr):
    """Where ties reach their quota.

    Args:
        counts: ties of each block.

    Returns:
        The first block not all of whose ties are within the quota, and how many of them are.
    """
    block = tl.program_id(0) * 0
    before, fitting = block.to(tl.int64), block.to(tl.int64)
    for begin in range(0, blocks, WIDTH):
        at = begin + tl.arange(0, WIDTH)
        ties = tl.load(counts + at, mask=at < blocks, other=0).to(tl.int64)
        fits = (at < blocks) & (before + tl.cumsum(ties, 0) <= quota)
        block += tl.sum(fits.to(tl.int32), axis=0)
        fitting += tl.sum(tl.where(fits, ties, 0), axis=0)
        before += tl.sum(ties, axis=0)
    return block, (quota - fitting).to(tl.int32)
