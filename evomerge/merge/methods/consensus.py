"""Consensus merging: what matters to one task alone is left out (TALL masks, 2405.07813)."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def consensus_ta(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    threshold: Sequence[float],
    consensus: float,
    lambda_: float,
) -> torch.Tensor:
    """B + lambda m D with D = sum v, v = w (theta - b).

    An element matters to a task if |v| >= threshold |D - v|; m is 1 where it does to `consensus`
    tasks or more. Any is 0 or more tasks, so a consensus of 0 is task arithmetic.
    """
    deltas = [(theta - base).mul_(w) for theta, w in zip(thetas, weight, strict=True)]
    total = torch.stack(deltas).sum(0)
    votes = torch.zeros_like(total)
    for delta, limit in zip(deltas, threshold, strict=True):
        votes += delta.abs() >= limit * (total - delta).abs()
    return base + lambda_ * total.mul_(votes >= consensus)
