"""Quantiles that Python's library lacks, by their expansions about the normal one."""

from __future__ import annotations

import math
from statistics import NormalDist


def t_quantile(probability: float, degrees: int) -> float:
    """Quantile of Student's distribution (Abramowitz & Stegun 1964, 26.7.5), upper half."""
    z = NormalDist().inv_cdf(probability)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3


def chi_squared_quantile(probability: float, degrees: int) -> float:
    """Quantile of the chi-squared distribution (Wilson & Hilferty 1931)."""
    scale = 2 / (9 * degrees)
    root: float = 1 - scale + NormalDist().inv_cdf(probability) * math.sqrt(scale)
    return degrees * root**3
