"""Fisher merging: each parameter averaged by how much each model depends on it (2111.09832)."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def fisher(
    thetas: Sequence[torch.Tensor],
    information: Sequence[torch.Tensor],
    *,
    weight: Sequence[float],
) -> torch.Tensor:
    """Sum w F theta / sum w F; the weighted mean where all F are 0.

    Args:
        thetas: of one shape, float32.
        information: each model's diagonal Fisher information, 0 or more, of the same shape.
    """
    shares = [f * w for f, w in zip(information, weight, strict=True)]
    total = torch.stack(shares).sum(0)
    unknown = total == 0
    mean = sum(weight)
    out = torch.zeros_like(thetas[0])
    for theta, share, w in zip(thetas, shares, weight, strict=True):
        out += theta * torch.where(unknown, w / mean, share / total.masked_fill(unknown, 1.0))
    return out
