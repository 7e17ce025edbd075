"""Sums in float64 in one stated order, that of no device."""

from __future__ import annotations

import torch

CHUNK = 1 << 24
"""Elements worked on at a time: some of their copies lie in memory side by side."""


def fold(x: torch.Tensor) -> torch.Tensor:
    """The sum over the first dimension: the second half is added to the first until one is left.

    `torch.sum` adds up in an order that depends on the device.

    Args:
        x: of one element or more in the first dimension; changed.
    """
    length = len(x)
    while length > 1:
        half = (length + 1) // 2
        x[: length - half] += x[half:length]
        length = half
    return x[0]
