"""Weighted sums of tensors or of their deltas, for several candidates in one pass."""

from __future__ import annotations

import triton
import triton.language as tl

from evomerge.merge.kernels.triton.memory import load, store


@triton.jit
def combine(
    base, thetas, weights, lambdas, outs, finite, count, DELTAS: tl.constexpr, BLOCK: tl.constexpr
):  # fmt: skip
    """Out_c = sum_i w_ci theta_i, or b + lambda_c sum_i w_ci (theta_i - b) with `DELTAS`.

    Args:
        finite: of each candidate c.
    """
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = at < count
    values = ()
    if DELTAS:
        b = load(base, at, inside)
        for i in tl.static_range(len(thetas)):
            values = values + (load(thetas[i], at, inside) - b,)
    else:
        for i in tl.static_range(len(thetas)):
            values = values + (load(thetas[i], at, inside),)
    for c in tl.static_range(len(outs)):
        total = values[0] * weights[c][0]
        if DELTAS:
            total += 0.0  # no sum of deltas is -0
        for i in tl.static_range(1, len(thetas)):
            total += values[i] * weights[c][i]
        if DELTAS:
            total = total * lambdas[c] + b
        store(total, outs[c], at, inside, finite + c)
