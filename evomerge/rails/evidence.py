"""How sure a difference is, in standard errors: what rails decide by."""

from __future__ import annotations

import math

NONE_SEEN = 0.5
"""Added to a count of events and of their absence (Agresti and Coull's correction, halved), so that
0 of 20 is not known to be exactly 0."""


def rise_of_share(now: float, items: int, before: float, of: int) -> float:
    """By how many standard errors a share has risen.

    Args:
        now: the share, from 0 to 1, of this many `items`.
        before: the share that it is compared with, of so many.

    Returns:
        Negative where it has fallen; 0 where nothing was counted.
    """
    if not items or not of:
        return 0.0
    p, q = _corrected(now, items), _corrected(before, of)
    error = math.sqrt(p * (1 - p) / items + q * (1 - q) / of)
    return (now - before) / error


def _corrected(share: float, items: int) -> float:
    return (share * items + NONE_SEEN) / (items + 2 * NONE_SEEN)


def rise_of_mean(now: float, error: float, before: float, error_before: float) -> float:
    """By how many standard errors a mean has risen; infinitely many where both are exact."""
    both = math.hypot(error, error_before)
    if both == 0.0:
        return 0.0 if now == before else math.copysign(math.inf, now - before)
    return (now - before) / both


def curse(error: float, candidates: int) -> float:
    """By how much the best of many equally good candidates overrates itself, at most.

    The mean of the largest of n normal variables is below sqrt(2 ln n) of their deviations;
    candidates that are akin overrate themselves less.

    Args:
        error: standard error of one candidate's score.
        candidates: among which the best was chosen.
    """
    return error * math.sqrt(2 * math.log(max(1, candidates)))
