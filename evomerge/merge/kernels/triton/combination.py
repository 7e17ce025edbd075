"""Weighted sums of tensors."""

from __future__ import annotations

import triton
import triton.language as tl

from evomerge.merge.kernels.triton.memory import load, store


@triton.jit
def combine(thetas, weights, out, finite, count, BLOCK: tl.constexpr):
    """Write the weighted sum of tensors: out = sum_i w_i theta_i."""
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = at < count
    total = load(thetas[0], at, inside) * weights[0]
    for i in tl.static_range(1, len(thetas)):
        total += load(thetas[i], at, inside) * weights[i]
    store(total, out, at, inside, finite)
