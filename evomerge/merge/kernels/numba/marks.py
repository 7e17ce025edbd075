"""Bytes of elements, a bit for each: bit i of byte k is element 8k + i."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import Bytes
from evomerge.merge.kernels.numba.inner import inner


@inner
def pack(stays: Bytes, count: int, bits: Bytes, first: int) -> None:
    """Write the bits of so many elements, from the byte `first` on.

    Args:
        stays: 1 or 0 for each element, and 0 behind them to the end of the last byte.
    """
    for k in range((count + 7) // 8):
        byte = np.uint8(0)
        for i in range(8):
            byte |= np.uint8(stays[8 * k + i] << i)
        bits[first + k] = byte
