"""How sure a difference is, in standard errors: what rails decide by."""

from __future__ import annotations

import math
from statistics import NormalDist

PRIOR = 0.5
"""Events that are thought of beside those that were seen, and as many of their absence (Jeffreys):
so that 0 of 20 is not taken for never."""


def rise_of_share(now: float, items: int, before: float, of: int) -> float:
    """By how many standard errors a share has risen: of a normal variable that is as improbable.

    Counted exactly, by the beta-binomial tail: the normal approximation calls small shares of few
    items too sure.

    Args:
        now: the share, from 0 to 1, of this many `items`.
        before: the share that it is compared with, of so many.

    Returns:
        Negative where it has fallen, or so little was counted that nothing is known.
    """
    if not items or not of:
        return 0.0
    seen, usual = round(now * items), round(before * of)
    a, b = usual + PRIOR, of - usual + PRIOR
    tail = math.fsum(
        math.exp(_log_choose(items, k) + _log_beta(k + a, items - k + b) - _log_beta(a, b))
        for k in range(seen, items + 1)
    )
    return -NormalDist().inv_cdf(min(max(tail, LEAST), 1 - LEAST))


def is_surely_above(share: float, bound: float, items: int, z: float) -> bool:
    """Whether a share of some items lies above a bound, which is known exactly, and by no chance.

    Args:
        z: standard errors that it must lie above it.
    """
    return share > bound and rise_of_share(share, items, bound, EXACT) > z


EXACT = 10**9
"""Items of a bound: as if it had been counted on so many."""

LEAST = 1e-15
"""The smallest probability that is told from none: 7.9 standard errors."""


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


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
