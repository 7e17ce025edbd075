"""Ways to thin out a delta: which of its elements stay."""

from __future__ import annotations

import numpy as np
import torch

from evomerge.merge.masks import bernoulli

TINY_NORM = 1e-7


def keep_largest(delta: torch.Tensor, density: float) -> torch.Tensor:
    """The max(1, int(density n)) elements of largest magnitude; zeros elsewhere.

    Of equal magnitudes at the threshold those with the lowest index stay (TIES, 2306.01708,
    section 3.1, with a rule for ties).
    """
    if density >= 1 or delta.numel() == 0:
        return delta
    size = delta.abs().flatten()
    keep = max(1, int(density * size.numel()))
    threshold = _kth_largest(size, keep)
    mask = size > threshold
    missing = keep - int(mask.count_nonzero())
    at_threshold = (size == threshold).nonzero().flatten()[:missing]
    mask[at_threshold] = True
    return delta * mask.view_as(delta)


def keep_random(delta: torch.Tensor, density: float, key: int) -> torch.Tensor:
    """Each element stays with probability `density` (DARE, 2311.03099, equation 1)."""
    if density >= 1:
        return delta
    return delta * bernoulli(key, delta.numel(), density, delta.device).view_as(delta)


def rescale_to_l1(thinned: torch.Tensor, delta: torch.Tensor) -> torch.Tensor:
    """Scale a thinned delta to the L1 norm it had before, unless one of them is next to nothing."""
    before = float(delta.abs().sum(dtype=torch.float64))
    after = float(thinned.abs().sum(dtype=torch.float64))
    if before < TINY_NORM or after < TINY_NORM:
        return thinned
    return thinned * (before / after)


def _kth_largest(values: torch.Tensor, k: int) -> float:
    n = values.numel()
    if values.device.type == "cpu":
        return float(np.partition(values.numpy(), n - k)[n - k])
    return float(values.kthvalue(n - k + 1).values)
