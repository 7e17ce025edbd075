"""Sums of what has the sign that most of the weight is for."""

from __future__ import annotations

import numpy as np

from evomerge.merge.kernels.arrays import Floats
from evomerge.merge.kernels.numba.inner import inner


@inner
def add_agreeing(
    v: Floats, weight: np.float32, signs: Floats, total: Floats, weights: Floats, count: int
) -> None:
    """Add m v to the total and m w to the weights, m = [sign v = s]; what is NaN counts."""
    for j in range(count):
        against = v[j] * signs[j] <= 0
        total[j] += np.float32(0) if against else v[j]
        weights[j] += np.float32(0) if against else weight


@inner
def divide(total: Floats, weights: Floats, least: np.float32, count: int) -> None:
    """Divide by the weights, or by `least` where that is more; where both are 0, not at all."""
    for j in range(count):
        by = weights[j]
        if least > 0:
            by = by if by > least else least
        total[j] /= by if by != 0 else np.float32(1)


@inner
def add_elected(
    values: Floats,
    weights: Floats,
    votes: Floats,
    least: np.float32,
    total: Floats,
    agreeing: Floats,
    count: int,
) -> None:
    """Set the total to D, the sum of what has the votes' sign, divided as `least` says."""
    total[:], agreeing[:] = 0, 0
    for j in range(count):
        votes[j] = np.float32(1) if votes[j] >= 0 else np.float32(-1)
    for i in range(len(weights)):
        add_agreeing(values[i], weights[i], votes, total, agreeing, count)
    if least >= 0:
        divide(total, agreeing, least, count)
