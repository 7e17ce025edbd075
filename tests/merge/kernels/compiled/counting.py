"""A kernel that is not loaded yet, called."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import BINS
from evomerge.merge.kernels.compiled.kernel import Kernel

TWO = [2 * (0x40000000 >> 16)]
"""The bin of the number 2."""


def counted():
    """One element, the number 2, counted by a kernel that was not loaded before."""
    counts, space = np.zeros((2, BINS), np.int64), np.empty(BINS, np.int64)
    numbers = np.array([0, 2], np.float32)
    where = numbers.__array_interface__["data"][0]
    Kernel("magnitudes", "by_bin")(where, 0, where + 4, 0, 1, space, counts)
    return np.flatnonzero(counts[0]).tolist()
