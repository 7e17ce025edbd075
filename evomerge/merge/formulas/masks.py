"""Masks of whole tensors: which elements stay, told for any part of them."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from evomerge.merge.kernels.masks import hash32
from evomerge.merge.kernels.tensors.bits import mark, unmarked
from evomerge.merge.kernels.thinning import Cut, Drawn, Marked, Thinning
from evomerge.merge.methods.inputs import Inputs

WORD = 1 << 32
"""How many values a hash has; with as many elements its key changes."""
Mask = Callable[[int, int], torch.Tensor]
"""Gives 1 or 0, float32 and flat, for so many elements from an offset on."""


def mask_of(inputs: Inputs, model: int, thinning: Thinning) -> Mask:
    """Which elements of a model's delta stay."""
    device = inputs.thetas[model].device
    match thinning:
        case None:
            return lambda offset, count: torch.ones(count, device=device)
        case Drawn():
            drawn = thinning
            return lambda offset, count: chance(
                drawn.key, float(drawn.threshold), offset, count, device
            )
        case Marked():
            marks = thinning.marks
            return lambda offset, count: marks(offset, count).float()
        case Cut():
            of_bits = Marked.of_bits(_bits(inputs, model, thinning)).marks
            return lambda offset, count: of_bits(offset, count).float()


def chance(
    key: int, threshold: float | torch.Tensor, offset: int, count: int, device: torch.device
) -> torch.Tensor:
    """1 where an element's hash, of 2^32 values, is below the threshold.

    Args:
        threshold: one, or float64 for each element, flat.
    """
    parts, begin = [], offset
    while begin < offset + count:
        end = min(offset + count, (begin // WORD + 1) * WORD)
        parts.append(hash32(key, begin, end, device).long() & (WORD - 1))
        begin = end
    words = torch.cat(parts) if parts else torch.zeros(0, dtype=torch.int64, device=device)
    return (words < threshold).float()


def _bits(inputs: Inputs, model: int, cut: Cut) -> torch.Tensor:
    """A bit for each element; of equal ones at the limits the first count."""
    theta = inputs.thetas[model]
    assert inputs.base is not None
    bits = unmarked(inputs.numel, theta.device)
    seen = seen_above = 0
    for offset, count in inputs.parts():
        part = slice(offset, offset + count)
        sizes = (theta.view(-1)[part].float() - inputs.base.view(-1)[part].float()).abs_()
        stays, tied = _largest(sizes, cut.limit, cut.quota - seen)
        seen += tied
        if cut.top < math.inf:
            above, tied = _largest(sizes, cut.top, cut.top_quota - seen_above)
            seen_above += tied
            stays &= ~above
        mark(bits, offset, stays)
    return bits


def _largest(sizes: torch.Tensor, limit: float, quota: int) -> tuple[torch.Tensor, int]:
    """Whether each is larger than the limit, or one of the first `quota` as large.

    Returns:
        With that, how many are as large.
    """
    tied = (sizes == limit).nonzero().flatten()
    stays = sizes > limit
    stays[tied[: max(0, quota)]] = True
    return stays, len(tied)
