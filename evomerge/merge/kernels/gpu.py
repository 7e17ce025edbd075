"""The kernels as functions of tensors in a GPU's memory, in Triton and in plain torch.

They do not wait for the GPU where they need not: whether all is finite is a tensor that says so
once it is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from ctypes import c_float
from typing import Any, cast

import numpy as np
import torch

from evomerge.errors import UserError
from evomerge.merge.kernels.arrays import BINS, PLACES, Doubles, Integers
from evomerge.merge.kernels.tensors.lines import column_products as column_products
from evomerge.merge.kernels.tensors.lines import row_products as row_products
from evomerge.merge.kernels.tensors.ranks import draw_by_rank as draw_by_rank
from evomerge.merge.kernels.tensors.variances import mark_variances as mark_variances
from evomerge.merge.kernels.tensors.variances import variances_by_bin as variances_by_bin
from evomerge.merge.kernels.tensors.variances import variances_inside as variances_inside
from evomerge.merge.kernels.thinning import Cut, Drawn, Thinnings
from evomerge.merge.kernels.ties import Ties

try:
    from evomerge.merge.kernels.triton import combination, magnitudes, products, task_vectors
    from evomerge.merge.kernels.triton.numbers import digits
except ImportError as error:
    raise UserError(
        f"device cuda: merging on a GPU needs Triton, which cannot be imported ({error}); install "
        "it (`pip install triton`, on Windows `pip install triton-windows`), or use --device cpu"
    ) from None

BLOCK = 2048
"""Elements that one program takes at a time."""
WARPS = 8
"""Eight elements for each thread: 16 bytes of the narrower types, the most it reads at once."""

RUN = 32
"""Blocks that one program sums up."""

MENDERS = 128
"""Programs that look for blocks to make again; as a rule a few have any."""

DISTINCT = 1 << 17
"""Most codes that are given of one tensor."""

SORTED = 1 << 26
"""Elements that are sorted at a time."""

OPTIONS = {"BLOCK": BLOCK, "num_warps": WARPS, "enable_fp_fusion": False}


def combine(
    thetas: Sequence[torch.Tensor], weights: Sequence[float], out: torch.Tensor, offset: int
) -> torch.Tensor:
    """Write sum_i weights_i theta_i; see :func:`evomerge.merge.kernels.cpu.combine`.

    Returns:
        Whether all that was written is finite; shape ().
    """
    finite = torch.ones((), dtype=torch.bool, device=out.device)
    count = out.numel()
    if count:
        inputs = tuple(_from(theta, offset) for theta in thetas)
        with _on(out):
            combination.combine[_grid(count)](
                inputs, _floats(weights), out, finite, count, **OPTIONS
            )
    return finite


def add_task_vectors(
    base: torch.Tensor,
    thetas: Sequence[torch.Tensor],
    weights: Sequence[float],
    factors: Sequence[float],
    thinnings: Thinnings,
    *,
    elect: bool,
    plainly: bool,
    least: float | None,
    lambda_: float,
    out: torch.Tensor,
    offset: int,
) -> torch.Tensor:
    """Write b + lambda D; see :func:`evomerge.merge.kernels.cpu.add_task_vectors`.

    Returns:
        Whether all is finite, shape (); False may come of a block that was made again: see `out`.
    """
    finite = torch.ones((), dtype=torch.bool, device=out.device)
    count, (blocks,) = out.numel(), _grid(out.numel())
    if not count:
        return finite
    inputs = _from(base, offset), tuple(_from(theta, offset) for theta in thetas)
    scales = _floats(factors), _floats(weights), _floats([lambda_, least or 0.0])
    ties = Ties(thinnings, base.numel(), offset, BLOCK, blocks)
    guesses, quotas = tuple(map(digits, ties.guesses)), tuple(map(digits, ties.quotas))
    counts = torch.empty((len(guesses), blocks), dtype=torch.int32, device=out.device)
    hows = _hows(thinnings, offset, count)
    given = *inputs, hows, scales, guesses, counts, out, finite, offset, count
    flags = {"ELECT": elect, "PLAINLY": plainly, "DIVIDE": least is not None}
    settings = {"WAYS": tuple(map(int, thinnings.ways)), **flags, **OPTIONS}
    with _on(out):
        task_vectors.add_task_vectors[(blocks,)](*given, **settings)
        if not ties.sure:
            menders = (min(blocks, MENDERS),)
            task_vectors.mend[menders](*given, quotas, blocks, WIDTH=BLOCK, **settings)
    if offset + count < base.numel():
        ties.leave(counts)
    return finite


def inner_products(thetas: Sequence[torch.Tensor], base: torch.Tensor | None = None) -> Doubles:
    """Every inner product; see :func:`evomerge.merge.kernels.cpu.inner_products`."""
    made = np.zeros((len(thetas), len(thetas)))
    for i, x in enumerate(thetas):
        for k, y in enumerate(thetas[: i + 1]):
            inputs = x, y, x if base is None else base
            made[i, k] = made[k, i] = _summed(products.multiply, *inputs, BASED=base is not None)
    return made


def magnitudes_by_bin(theta: torch.Tensor, base: torch.Tensor) -> Integers:
    """How many of |theta - b| fall into each bin, and the sum of their places; (2, BINS)."""
    made = torch.zeros((2, BINS), dtype=torch.int64, device=theta.device)
    _count(magnitudes.by_bin, theta, base, made[0], made[1])
    return np.asarray(made.cpu().numpy())


def magnitudes_inside(theta: torch.Tensor, base: torch.Tensor, wanted: int) -> Integers:
    """How many magnitudes of one bin have each place in it; (PLACES,)."""
    made = torch.zeros(PLACES, dtype=torch.int64, device=theta.device)
    _count(magnitudes.inside_bin, theta, base, made, wanted)
    return np.asarray(made.cpu().numpy())


def magnitudes_distinct(theta: torch.Tensor, base: torch.Tensor) -> Integers:
    """Every code that occurs and how often, (2, codes); none where there are many."""
    codes, counts = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    for some, of_base in zip(
        torch.split(theta.view(-1), SORTED), torch.split(base.view(-1), SORTED), strict=True
    ):
        found = torch.unique(
            (some.float() - of_base.float()).abs_().view(torch.int32), return_counts=True
        )
        if len(found[0]) > DISTINCT:
            return np.empty((2, 0), np.int64)
        codes.append(found[0].cpu().numpy())
        counts.append(found[1].cpu().numpy())
    every, places = np.unique(np.concatenate(codes), return_inverse=True)
    made = np.zeros((2, len(every)), np.int64)
    made[0] = every
    np.add.at(made[1], places, np.concatenate(counts))
    return made


def sizes_drawn(
    theta: torch.Tensor, base: torch.Tensor, key: int, threshold: int
) -> tuple[float, float]:
    """Sums of all |theta - b|, and of those that are drawn."""

    def of(limit: int) -> float:
        drawn = {"key": digits(key), "threshold": digits(limit)}
        return _summed(products.add_drawn, theta, base, **drawn)

    return of(1 << 32), of(threshold)


def _grid(count: int) -> tuple[int]:
    return (-(-count // BLOCK),)


def _on(tensor: torch.Tensor) -> AbstractContextManager[Any]:
    """Launches go to the tensor's own GPU."""
    made: Any = torch.cuda.device_of
    return cast(AbstractContextManager[Any], made(tensor))


def _from(tensor: torch.Tensor, offset: int) -> torch.Tensor:
    """What begins at an element; a view of the whole costs time and is left out."""
    return tensor.view(-1)[offset:] if offset else tensor


def _floats(values: Sequence[float]) -> tuple[float, ...]:
    """As float32, -0 as 0; what is too large is infinite, and the result then not finite."""
    return tuple(c_float(value).value + 0.0 for value in values)


def _hows(thinnings: Thinnings, offset: int, count: int) -> tuple[Any, ...]:
    """How each delta is thinned out, as :func:`triton.thinning.thin` takes it."""
    hows: list[Any] = []
    for thinning, marks in zip(thinnings.each, thinnings.marks(offset, count), strict=True):
        if isinstance(thinning, Cut):
            sides = [thinning.limit, thinning.top][: 1 + (thinning.top < np.inf)]
            hows.append(_floats(sides))
        elif isinstance(thinning, Drawn):
            hows.append((digits(thinning.key), digits(thinning.threshold)))
        else:
            hows.append((0.0,) if marks is None else marks.view(torch.uint8))
    return tuple(hows)


def _summed(kernel: Any, *inputs: Any, **settings: Any) -> float:
    """The sums of all programs, added up in their order."""
    count = inputs[0].numel()
    programs = -(-count // (BLOCK * RUN))
    sums = torch.zeros(programs, dtype=torch.float64, device=inputs[0].device)
    if programs:
        with _on(sums):
            kernel[(programs,)](*inputs, sums, count=count, RUN=RUN, **settings, **OPTIONS)
    with np.errstate(invalid="ignore"):  # what is not finite is told by the result
        return float(np.add.accumulate(np.append(0.0, sums.cpu().numpy()))[-1])


def _count(kernel: Any, theta: torch.Tensor, base: torch.Tensor, *made: Any) -> None:
    count = theta.numel()
    if count:
        with _on(theta):
            kernel[_grid(count)](theta, base, *made, count, **OPTIONS)
