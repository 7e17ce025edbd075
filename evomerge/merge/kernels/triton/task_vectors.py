"""Deltas thinned out, weighted, elected and added to the base; each input is read once.

Which of the elements as large as a limit are within their quota depends on all blocks before. So
`add_task_vectors` takes it as guessed, and counts them; `mend` finds the block in which the quota
really ends, and makes those blocks again for which the guess was wrong.
"""

from __future__ import annotations

import triton
import triton.language as tl

from evomerge.merge.kernels.triton.memory import load, store
from evomerge.merge.kernels.triton.numbers import whole
from evomerge.merge.kernels.triton.thinning import CUT, boundary, thin


@triton.jit(do_not_specialize=["offset"])
def add_task_vectors(
    base, thetas, hows, scales, guesses, counts, out, finite, offset: tl.int64, count,
    WAYS: tl.constexpr, ELECT: tl.constexpr, PLAINLY: tl.constexpr, DIVIDE: tl.constexpr,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """Write b + lambda D; see :func:`evomerge.merge.kernels.numba.task_vectors.add_task_vectors`.

    Args:
        hows: of each delta how it is thinned out (:func:`thin`).
        scales: factors, weights, (lambda, least).
        guesses: for each limit and top, one after the other, the block from which on no tie is
            within its quota.
        counts: to be written: ties of each block with each limit and top.
        offset: index of the first element.
    """
    block, blocks = tl.program_id(0), tl.num_programs(0)
    left = ()
    for side in tl.static_range(len(guesses)):
        left = left + (block < whole(guesses[side]).to(tl.int32),)
    ties = _make(
        base, thetas, hows, scales, left, out, finite, offset, count, block,
        WAYS, ELECT, PLAINLY, DIVIDE, False, BLOCK,
    )  # fmt: skip
    for side in tl.static_range(len(guesses)):
        tl.store(counts + blocks.to(tl.int64) * side + block, ties[side])


@triton.jit(do_not_specialize=["offset", "blocks"])
def mend(
    base, thetas, hows, scales, guesses, counts, out, finite, offset: tl.int64, count,
    quotas, blocks: tl.int32,
    WAYS: tl.constexpr, ELECT: tl.constexpr, PLAINLY: tl.constexpr, DIVIDE: tl.constexpr,
    BLOCK: tl.constexpr, WIDTH: tl.constexpr,
):  # fmt: skip
    """Make the blocks again for which a guess was wrong.

    Args:
        counts: as :func:`add_task_vectors` has written them.
        quotas: of each limit and top, in digits.
    """
    ends = ()
    for side in tl.static_range(len(guesses)):
        row = counts + tl.cast(blocks, tl.int64) * side
        ends = ends + (boundary(row, whole(quotas[side]).to(tl.int64), blocks, WIDTH),)
    for block in range(tl.program_id(0), blocks, tl.num_programs(0)):
        wrong = block < 0
        left = ()
        for side in tl.static_range(len(guesses)):
            end, rest = ends[side]
            guess = whole(guesses[side]).to(tl.int32)
            wrong |= (block == end) | ((block < end) != (block < guess))
            left = left + (tl.where(block < end, BLOCK, tl.where(block == end, rest, 0)),)
        if wrong:
            _make(
                base, thetas, hows, scales, left, out, finite, offset, count, block,
                WAYS, ELECT, PLAINLY, DIVIDE, True, BLOCK,
            )  # fmt: skip


@triton.jit
def _make(
    base, thetas, hows, scales, left, out, finite, offset, count, block,
    WAYS: tl.constexpr, ELECT: tl.constexpr, PLAINLY: tl.constexpr, DIVIDE: tl.constexpr,
    EXACTLY: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Write one block.

    Returns:
        How many of its elements are as large as each limit and top.
    """
    factors, weights, last = scales
    at = tl.cast(block, tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = at < count
    b = load(base, at, inside)
    first = tl.cast(block, tl.int64) * BLOCK + offset
    total = tl.zeros_like(b)
    values, ties = (), ()
    for i in tl.static_range(len(thetas)):
        v = load(thetas[i], at, inside) - b
        here = left[len(ties) :]
        if WAYS[i] == CUT:
            for side in tl.static_range(len(hows[i])):
                tied = inside & (tl.abs(v) == hows[i][side])
                ties = ties + (tl.sum(tied.to(tl.int32), axis=0),)
        v = thin(v, hows[i], here, at, inside, first, WAYS[i], EXACTLY) * factors[i]
        if PLAINLY:
            total += v
        v *= weights[i]
        if not PLAINLY:
            total += v
        values = values + (v,)
    if ELECT:
        total = _elected(values, weights, total, last[1], DIVIDE)
    store(total * last[0] + b, out, at, inside, finite)
    return ties


@triton.jit
def _elected(values, weights, votes, least, DIVIDE: tl.constexpr):
    """The sum of what has the sign of the votes; what is NaN counts."""
    sign = tl.where(votes >= 0, 1.0, -1.0)
    total, agreeing = tl.zeros_like(votes), tl.zeros_like(votes)
    for i in tl.static_range(len(values)):
        against = values[i] * sign <= 0
        total += tl.where(against, 0.0, values[i])
        agreeing += tl.where(against, 0.0, weights[i])
    if DIVIDE:
        agreeing = tl.where((least > 0) & ~(agreeing > least), least, agreeing)
        total = tl.div_rn(total, tl.where(agreeing != 0, agreeing, 1.0))
    return total
