"""Sums over a tensor in float64: each program sums up a run of blocks, in the order of its lanes.

What is left, one number for each program, is summed up in order: the same on every kind of GPU.
"""

from __future__ import annotations

import triton
import triton.language as tl

from evomerge.merge.kernels.triton.hashing import drawn
from evomerge.merge.kernels.triton.memory import load


@triton.jit
def multiply(x, y, base, sums, count, BASED: tl.constexpr, BLOCK: tl.constexpr, RUN: tl.constexpr):
    """Inner products of two tensors, less the base where it is BASED."""
    total = tl.zeros((BLOCK,), tl.float64)
    for step in range(RUN):
        at = (tl.program_id(0).to(tl.int64) * RUN + step) * BLOCK + tl.arange(0, BLOCK)
        inside = at < count
        u, v = load(x, at, inside), load(y, at, inside)
        if BASED:
            b = load(base, at, inside)
            u, v = u - b, v - b
        total += u.to(tl.float64) * v.to(tl.float64)
    tl.store(sums + tl.program_id(0), tl.sum(total, axis=0))


@triton.jit
def add_drawn(
    theta, base, sums, key, threshold, count, BLOCK: tl.constexpr, RUN: tl.constexpr
):  # fmt: skip
    """Sums of |theta - b| over what is drawn."""
    total = tl.zeros((BLOCK,), tl.float64)
    for step in range(RUN):
        first = (tl.program_id(0).to(tl.int64) * RUN + step) * BLOCK
        at = first + tl.arange(0, BLOCK)
        v = load(theta, at, at < count) - load(base, at, at < count)
        total += tl.abs(v * drawn(first, key, threshold, BLOCK)).to(tl.float64)
    tl.store(sums + tl.program_id(0), tl.sum(total, axis=0))
