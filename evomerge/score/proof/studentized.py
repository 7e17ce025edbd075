"""The studentized test of a difference in fitness, stratified by task.

Items are drawn task by task, so what one task's mean differs from another's is no noise. A test
that swaps the two models' answers counts it as noise all the same: against a specialist, which
wins one task and loses another, it loses half its power. Here each stratum's variance is taken
around its own mean by the jackknife, and the sum is referred to Student's t with Satterthwaite's
(1946) degrees of freedom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from evomerge.score.proof.aggregate import Aggregate, Floats
from evomerge.score.proof.paired import Paired

LEAST = 10
"""Units in a stratum of its own; smaller ones are put together. A variance of fewer is a guess, and
two imagined units would outweigh them."""


@dataclass(frozen=True)
class Studentized:
    """An estimate of a difference, with its standard error."""

    difference: float
    """Ours minus theirs, drawn towards 0 by the imagined units."""
    error: float
    degrees: float

    @property
    def p_value(self) -> float:
        """How often, were ours no better, it would look as much better or more: one-sided."""
        return float(stdtr(self.degrees, -self.difference / self.error)) if self.error else 1.0

    def interval(self, level: float) -> tuple[float, float]:
        """The differences that are not rejected, neither from above nor from below, at a one-sided
        level: so it lies above 0 exactly where the p-value is below the level.
        """
        half = -float(stdtrit(self.degrees, level)) * self.error
        return self.difference - half, self.difference + half


def studentize(paired: Paired, aggregate: Aggregate, level: float) -> Studentized:
    """Estimate the difference in fitness, for a test at a one-sided level.

    In each stratum a win and a loss are imagined beside what was scored: a unit as good for us as
    the largest of them could be, and one as bad. Without them few items that are all won would have
    no variance, and a task that is rarely lost would hide behind others that are often won by a
    little. They weigh as much as z^2/4 wins and as many losses, as for the difference of two
    binary means in Agresti and Caffo (2000), whose one of each is that at z = 2: the smaller the
    level, the more of them it takes. What a unit adds to the difference is linearized (Taylor), so
    that a geometric mean, and groups of different sizes, are covered.
    """
    strata = _strata(paired.weights > 0)
    imagined, their_strata = _wins_and_losses(paired, strata, abs(float(ndtri(level))) / 2)
    whole = paired.with_units(*imagined)
    strata = np.concatenate([strata, their_strata])
    ours, theirs = whole.means
    tasks = [*whole.tasks]
    difference = float(aggregate.of(ours, tasks) - aggregate.of(theirs, tasks))
    influence, share = _influence(whole, aggregate)
    variances, degrees = [], []
    for stratum in np.unique(strata):
        here = influence[strata == stratum]
        count = len(here)
        variances.append((count - 1) / count * float(((here - here.mean()) ** 2).sum()))
        degrees.append(_effective(share[strata == stratum]) - 1)
    total = float(sum(variances))
    if not total:
        return Studentized(difference, 0.0, 1.0)
    shares = np.array(variances) / total
    return Studentized(
        difference, math.sqrt(total), 1.0 / float((shares**2 / np.array(degrees)).sum())
    )


def _strata(member: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """The stratum of each unit, by the tasks that it has items in; shape (units,)."""
    kinds, strata, counts = np.unique(member, axis=0, return_inverse=True, return_counts=True)
    small = counts < LEAST
    if small.any() and len(kinds) > 1:
        # Together they may be enough for a stratum; else they go to the largest.
        enough = counts[small].sum() >= LEAST or small.all()
        home = int(np.argmax(small)) if enough else int(np.argmax(counts))
        strata = np.where(small[strata], home, strata)
    return np.asarray(strata, dtype=float)


def _wins_and_losses(
    paired: Paired, strata: Floats, part: float
) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """Two imagined units a stratum: (weights, ours, theirs) as :meth:`Paired.with_units` takes
    them, and the stratum of each.

    Args:
        part: of the largest unit of their stratum that each of them is: its square is how many
            they count as in the variance.
    """
    names = np.unique(strata)
    weights = part * np.stack([paired.largest(np.flatnonzero(strata == name)) for name in names])
    ours, theirs = paired.means
    best, worst = _extremes(paired, (ours + theirs) / 2)
    zeros = np.zeros_like(weights)
    return (
        np.concatenate([weights, weights]),
        np.concatenate([zeros + best, zeros + worst]),
        np.concatenate([zeros + worst, zeros + best]),
    ), np.concatenate([names, names])


def _extremes(paired: Paired, middle: Floats) -> tuple[Floats, Floats]:
    """The better and the worse score of the most unequal pair that one more item could be.

    1 and 0 of binary scores. Of others, as far apart as any pair that was seen: what may lie
    beyond is the business of :mod:`evomerge.score.proof.bounded`.
    """
    best, worst = middle.copy(), middle.copy()
    for number, scale in enumerate(paired.scales):
        if scale is not None and (scale.binary or not paired.most[number]):
            best[number], worst[number] = scale.high, scale.low
        else:
            half = (paired.most[number] or 1.0) / 2
            best[number], worst[number] = middle[number] + half, middle[number] - half
    return best, worst


def _influence(paired: Paired, aggregate: Aggregate) -> tuple[Floats, Floats]:
    """By how much the difference would change without each unit, and how much each could add to it
    at most: each shape (units,).
    """
    ours, theirs = paired.means
    up, down = (
        np.array([*aggregate.gradient(dict(zip(paired.tasks, m, strict=True))).values()])
        for m in (ours, theirs)
    )
    total = paired.weights.sum(axis=0)
    residual = up * (paired.ours - ours * paired.weights)
    residual -= down * (paired.theirs - theirs * paired.weights)
    # A large unit draws the mean to itself: without it, it would lie further off.
    without = residual / (total - paired.weights)
    slope = np.maximum(np.abs(up), np.abs(down))
    return without.sum(axis=1), (slope * paired.weights / total).sum(axis=1)


def _effective(shares: Floats) -> float:
    """How many equal units have as much to say (Kish 1965): few large groups are few."""
    squares = float((shares**2).sum())
    return max(2.0, float(shares.sum()) ** 2 / squares) if squares else 2.0
