"""Exact histograms of how large deltas are."""

from __future__ import annotations

import numpy as np
import torch

from evomerge.merge.kernels.arrays import (
    BINS,
    PLACES,
    TABLE,
    Integers,
)
from evomerge.merge.kernels.compiled.kernel import Kernel
from evomerge.merge.kernels.cpu.addresses import address

_by_bin = Kernel("magnitudes", "by_bin")
_distinct = Kernel("magnitudes", "distinct")
_drawn_sizes = Kernel("magnitudes", "drawn_sizes")
_inside_bin = Kernel("magnitudes", "inside_bin")


def magnitudes_by_bin(theta: torch.Tensor, base: torch.Tensor) -> Integers:
    """How many of |theta - b| fall into each bin, and the sum of their places; (2, BINS)."""
    counts, space = np.zeros((2, BINS), np.int64), np.empty(BINS, np.int64)
    _by_bin(*address(base), *address(theta), theta.numel(), space, counts)
    return counts


def magnitudes_inside(theta: torch.Tensor, base: torch.Tensor, wanted: int) -> Integers:
    """How many magnitudes of one bin have each place in it; (PLACES,)."""
    counts = np.zeros(PLACES, np.int64)
    _inside_bin(*address(base), *address(theta), theta.numel(), wanted, counts)
    return counts


def magnitudes_distinct(theta: torch.Tensor, base: torch.Tensor) -> Integers:
    """Every code of |theta - b| and how often it occurs, (2, codes); none where there are many."""
    entries = np.zeros((TABLE, 2), np.uint32)
    found = _distinct(*address(base), *address(theta), theta.numel(), entries)
    if found > TABLE // 2:
        return np.empty((2, 0), np.int64)
    made: Integers = entries[entries[:, 0] > 0].T - np.array([[1], [0]])
    return made


def sizes_drawn(
    theta: torch.Tensor, base: torch.Tensor, key: int, threshold: int
) -> tuple[float, float]:
    """Sums of all |theta - b|, and of those that are drawn."""
    sizes = np.empty(2)
    _drawn_sizes(*address(base), *address(theta), theta.numel(), key, threshold, sizes)
    return float(sizes[0]), float(sizes[1])
