"""Random masks by rank: in each row, larger magnitudes are drawn with other odds."""

from __future__ import annotations

import torch

from evomerge.merge.kernels.arrays import Integers
from evomerge.merge.kernels.masks import hash32
from evomerge.merge.kernels.tensors import sums
from evomerge.merge.kernels.tensors.bits import mark, unmarked

WORD = 1 << 32
"""How many values a hash has."""


def draws(key: int, first: int, count: int, device: torch.device) -> torch.Tensor:
    """The hashes of the elements from `first` on; see kernels/numba/hashing.py.

    Returns:
        From 0 to 2^32 - 1, int64.
    """
    return hash32(key, first, first + count, device).long() & (WORD - 1)


def draw_by_rank(
    theta: torch.Tensor, base: torch.Tensor, key: int, thresholds: Integers
) -> tuple[torch.Tensor, tuple[float, float]]:
    """Mark elements by rank; see :func:`evomerge.merge.kernels.cpu.draw_by_rank`.

    Memory is bounded by CHUNK, or by a row where that is longer.
    """
    device, columns, count = theta.device, len(thresholds), theta.numel()
    odds = torch.from_numpy(thresholds).to(device)
    marks = unmarked(count, device)
    before, after = torch.zeros((2, 1), dtype=torch.float64, device=device)
    first = 0
    while first < count:
        # With the row that begins beyond the next 2^32 elements, the key changes.
        turn = min(count, (first // WORD + 1) * WORD)
        rows = min(max(1, sums.CHUNK // columns), -(-(turn - first) // columns))
        end = first + rows * columns
        sizes = theta.view(-1)[first:end].float() - base.view(-1)[first:end].float()
        sizes = sizes.abs_().view(rows, columns)
        order = sizes.view(torch.int32).sort(dim=1, stable=True).indices
        drawn = draws(key, first, end - first, device).view(rows, columns)
        stays = torch.empty_like(order, dtype=torch.bool)
        stays.scatter_(1, order, drawn.gather(1, order) < odds)
        mark(marks, first, stays.view(-1))
        after += sums.fold((sizes.double() * stays).view(-1))
        before += sums.fold(sizes.double().view(-1))
        first = end
    return marks, (float(before), float(after))
