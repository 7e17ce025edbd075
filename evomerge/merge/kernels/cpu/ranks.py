"""Random masks by the rank of a magnitude in its row."""

from __future__ import annotations

import numpy as np
import torch

from evomerge.merge.kernels.arrays import (
    SPACE,
    Integers,
)
from evomerge.merge.kernels.compiled.kernel import Kernel
from evomerge.merge.kernels.cpu.addresses import address

_draw_by_rank = Kernel("ranks", "draw_by_rank")


def draw_by_rank(
    theta: torch.Tensor, base: torch.Tensor, key: int, thresholds: Integers
) -> tuple[torch.Tensor, tuple[float, float]]:
    """Mark elements by the rank of |theta - b| in their row (kernels/numba/ranks.py).

    Args:
        thresholds: of 2^32, for each rank of a row, the smallest first; ascending.

    Returns:
        A bit for each element (bit i of byte k is element 8k + i), and the sums of all magnitudes
        and of those that are marked.
    """
    marks = torch.empty((theta.numel() + 7) // 8, dtype=torch.uint8)
    columns, sizes = len(thresholds), np.empty(2)
    _draw_by_rank(
        *address(base),
        *address(theta),
        theta.numel() // columns,
        columns,
        thresholds,
        key,
        marks.data_ptr(),
        np.empty(SPACE * columns, np.uint8),
        sizes,
    )
    return marks, (float(sizes[0]), float(sizes[1]))
