"""How much error a verdict may spend, and how it is shared out."""

from __future__ import annotations

import math
from collections.abc import Mapping


def level_of_look(alpha: float, look: int) -> float:
    """The level of the tests at one look at the same items: 6 alpha / (pi^2 k^2) at the k-th.

    The levels of all looks there can ever be add up to alpha: however often sealed items are
    opened, a merge that is no better is promoted with probability alpha at most.

    Args:
        alpha: of all looks together.
        look: k, counted from 1.
    """
    return 6.0 * alpha / (math.pi * look) ** 2


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values corrected for how many there are: the chance of one false alarm among them all.

    Holm 1979: the smallest of m counts m times, the next m - 1 times, and none comes out below
    one that was smaller.
    """
    corrected, highest = {}, 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[name]))
        corrected[name] = highest
    return {name: corrected[name] for name in p_values}
