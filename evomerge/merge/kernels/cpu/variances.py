"""Exact histograms of how much deltas differ between models, and marks of the largest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from evomerge.merge.kernels.arrays import (
    BINS,
    BLOCK,
    LANES,
    PLACES,
    Doubles,
    Integers,
)
from evomerge.merge.kernels.compiled.kernel import Kernel
from evomerge.merge.kernels.cpu.addresses import address, addresses, floats

_mark_variances = Kernel("variances", "mark_variances")
_variances_by_bin = Kernel("variances", "variances_by_bin")
_variances_inside = Kernel("variances", "variances_inside")


def variances_by_bin(thetas: Sequence[torch.Tensor], base: torch.Tensor) -> Integers:
    """How many of the deltas' variances that are not 0 fall into each bin; (BINS,)."""
    counts, models = np.zeros(BINS, np.int64), len(thetas)
    space = np.empty((models + 1, BLOCK), np.float32)
    _variances_by_bin(*address(base), *addresses(thetas), models, base.numel(), space, counts)
    return counts


def variances_inside(thetas: Sequence[torch.Tensor], base: torch.Tensor, wanted: int) -> Integers:
    """How many of the variances of one bin have each place in it; (PLACES,)."""
    counts, models = np.zeros(PLACES, np.int64), len(thetas)
    count, space = base.numel(), np.empty((models + 1, BLOCK), np.float32)
    _variances_inside(*address(base), *addresses(thetas), models, count, wanted, space, counts)
    return counts


def mark_variances(
    thetas: Sequence[torch.Tensor], base: torch.Tensor, limit: float, quota: int
) -> tuple[torch.Tensor, Doubles]:
    """Mark where the variance is larger than the limit, and the first `quota` as large.

    Returns:
        A bit for each element (bit i of byte k is element 8k + i), and each model's sum of d^2
        there.
    """
    count, models = base.numel(), len(thetas)
    marks, squares = torch.empty((count + 7) // 8, dtype=torch.uint8), np.empty(models)
    _mark_variances(
        *address(base),
        *addresses(thetas),
        models,
        count,
        floats([limit]),
        quota,
        np.empty((models + 1, BLOCK), np.float32),
        np.empty((models, LANES)),
        marks.data_ptr(),
        squares,
    )
    return marks, squares
