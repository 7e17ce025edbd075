"""The population variance of the models' deltas at each place; see kernels/numba/variances.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from evomerge.merge.kernels.arrays import BINS, PLACES, Doubles, Integers
from evomerge.merge.kernels.tensors import sums
from evomerge.merge.kernels.tensors.bits import mark, unmarked


def variances_by_bin(thetas: Sequence[torch.Tensor], base: torch.Tensor) -> Integers:
    """How many variances that are not 0 fall into each bin; (BINS,)."""
    made = torch.zeros(BINS, dtype=torch.int64, device=base.device)
    for _, _, variance in _parts(thetas, base):
        codes = _codes(variance)
        made += torch.bincount(_bins(codes), minlength=BINS)
        made[0] -= (codes == 0).sum()
    return np.asarray(made.cpu().numpy())


def variances_inside(thetas: Sequence[torch.Tensor], base: torch.Tensor, wanted: int) -> Integers:
    """How many variances of one bin have each place in it; (PLACES,)."""
    made = torch.zeros(PLACES, dtype=torch.int64, device=base.device)
    for _, _, variance in _parts(thetas, base):
        codes = _codes(variance)
        made += torch.bincount(codes[_bins(codes) == wanted] & 0xFFFF, minlength=PLACES)
    return np.asarray(made.cpu().numpy())


def mark_variances(
    thetas: Sequence[torch.Tensor], base: torch.Tensor, limit: float, quota: int
) -> tuple[torch.Tensor, Doubles]:
    """Mark the largest; see :func:`evomerge.merge.kernels.cpu.mark_variances`."""
    marks = unmarked(base.numel(), base.device)
    squares = torch.zeros(len(thetas), dtype=torch.float64, device=base.device)
    before = torch.zeros((), dtype=torch.int64, device=base.device)
    for first, deltas, variance in _parts(thetas, base):
        tied = variance == limit
        ties = before + tied.cumsum(0)
        stays = (variance > limit) | (tied & (ties <= quota))
        before = ties[-1]
        mark(marks, first, stays)
        for i, delta in enumerate(deltas):
            kept = (delta * stays).double()
            squares[i] += sums.fold(kept * kept)
    return marks, np.asarray(squares.cpu().numpy())


def _parts(
    thetas: Sequence[torch.Tensor], base: torch.Tensor
) -> Iterator[tuple[int, list[torch.Tensor], torch.Tensor]]:
    """Part by part: its first element, the deltas, and mean (d - mean d)^2 over the models."""
    # By a number that is not on the device, a GPU multiplies by the reciprocal.
    models = torch.full((), len(thetas), dtype=torch.float32, device=base.device)
    for first in range(0, base.numel(), sums.CHUNK):
        part = slice(first, first + sums.CHUNK)
        b = base.view(-1)[part].float()
        deltas = [theta.view(-1)[part].float() - b for theta in thetas]
        mean, made = torch.zeros_like(b), torch.zeros_like(b)
        for delta in deltas:
            mean += delta
        mean /= models
        for delta in deltas:
            away = delta - mean
            made += away.mul_(away)
        made /= models
        yield first, deltas, made


def _codes(variance: torch.Tensor) -> torch.Tensor:
    """Their bits, less the sign that a NaN may have."""
    return variance.view(torch.int32) & 0x7FFFFFFF


def _bins(codes: torch.Tensor) -> torch.Tensor:
    return (codes >> 16) * 2 + (codes & 0xFFFF > 0)
