"""What a model differs by from the base."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import Floats
from evomerge.merge.kernels.numba.inner import inner
from evomerge.merge.kernels.numba.memory import float_of, load
from evomerge.merge.kernels.numba.pointers import HALF, array


@inner
def delta(place: int, kind: int, base: Floats, offset: int, count: int, v: Floats) -> None:
    """A block of theta - b."""
    if kind == 1:
        halves = array(place + 2 * offset, HALF, count)
        for j in range(count):
            v[j] = float_of(np.uint32(np.uint32(halves[j]) << np.uint32(16))) - base[j]
        return
    load(place, kind, offset, count, v)
    for j in range(count):
        v[j] -= base[j]
