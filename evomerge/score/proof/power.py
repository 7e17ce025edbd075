"""What a number of sealed items can show, before any of them is opened."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist

from evomerge.score.proof.aggregate import Aggregate

HALVINGS = 40
"""Of an interval that is searched for the smallest gain: what is left is under a rounding."""

ALIKE, UNLIKE = 0.1, 0.5
"""Shares of items on which just one of two models is right: a merge and a parent that it is close
to, and two models that guess. On the quickstart's items, merges that are 10 points apart disagree
on 0.15 to 0.37 of them."""


def detectable(
    units: Mapping[str, float],
    aggregate: Aggregate,
    level: float,
    power: float = 0.8,
    discordance: float = ALIKE,
) -> float:
    """The smallest gain in fitness that is shown with this power.

    By the normal theory of the studentized test (:mod:`evomerge.score.proof.studentized`), its
    imagined units included. It assumes that items are right or wrong, that every task's mean
    rises by as much, and that models which differ by 0.2 disagree on 0.2 of the items or more. A
    geometric mean is taken at equal means, where it behaves like the raw one.

    Args:
        units: how many, by task: items, or groups of them that hang together.
        level: of the test; one-sided.
        discordance: share of the items on which just one of the two models is right.

    Raises:
        ValueError: no task with a weight has items.
    """
    tasks = aggregate.counted([task for task, count in units.items() if count])
    slopes = aggregate.gradient(dict.fromkeys(tasks, 1.0))
    gain = sum(slopes.values())
    z = _z(1 - level) + _z(power)
    imagined = _z(1 - level) ** 2 / 2  # z^2 / 4 wins and as many losses

    def is_shown(rise: float) -> bool:
        disagree = max(discordance, rise)
        moved = variance = 0.0
        for task in tasks:
            count, whole = units[task], units[task] + imagined
            moved += slopes[task] * rise * count / whole
            spread = (disagree * count + imagined) / whole - (rise * count / whole) ** 2
            variance += slopes[task] ** 2 * spread / whole
        return moved >= z * math.sqrt(variance)

    return gain * _smallest(is_shown)


def detectable_margin(
    units: float, level: float, power: float = 0.8, discordance: float = ALIKE
) -> float:
    """The smallest margin that a model which is as good as the other is shown to keep.

    In the unit of the task's mean, for one task whose items are right or wrong. It is never less
    than what as many equal items show, 1 - level^(1 / items).

    Args:
        units: items, or groups of them that hang together.
        level: one-sided.
        discordance: share of the items on which just one of the two models is right.
    """
    spread = math.sqrt(discordance / units)
    normal = (_z(1 - level) + _z(power)) * spread + 1 / units
    return min(1.0, max(normal, 1 - math.pow(level, 1 / units)))


def detectable_in(width: float, units: float, level: float) -> float:
    """The smallest gain on a task that is shown where every item gains as much, in scores.

    By the bound of :mod:`evomerge.score.proof.bounded`: one more unit may lose as much as its
    scale is wide.

    Args:
        width: of the scale of the task's items.
        units: items, or groups of them that hang together.
        level: one-sided.
    """
    unseen = 1 - math.pow(level, 1 / units)
    return width * unseen / (1 - unseen)


def describe(items: int, units: Mapping[str, float], aggregate: Aggregate, level: float) -> str:
    """What the test items can show, in a line for the user.

    Args:
        items: distinct questions.
        units: of each task, how many units have as much to say; see :meth:`Units.effective`.
        level: of the test; one-sided.
    """
    alike, unlike = (
        _points(detectable(units, aggregate, level, discordance=share)) for share in (ALIKE, UNLIKE)
    )
    return (
        f"{items} test items: gains under {alike} cannot be shown at 80 % power where winner and "
        f"parent disagree on {ALIKE:.0%} of the items, under {unlike} where they disagree on "
        f"{UNLIKE:.0%}"
    )


def _points(gain: float) -> str:
    points = round(100 * gain)
    return "1 point" if points == 1 else f"{points} points"


def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)


def _smallest(is_shown: Callable[[float], bool]) -> float:
    """The smallest rise of a mean in (0, 1] that is shown; 1 where none is."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if is_shown(middle) else (middle, high)
    return high
