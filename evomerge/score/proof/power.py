"""What a number of sealed items can show, before any of them is opened."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist

from evomerge.score.proof.aggregate import Aggregate

ALIKE, UNLIKE = 0.1, 0.5
"""Shares of items on which just one of two models is right: a merge and a parent that it is close
to, and two models that guess. On the quickstart's items, merges that are 10 points apart disagree
on 0.15 to 0.37 of them."""


def detectable(
    items: Mapping[str, int],
    aggregate: Aggregate,
    alpha: float,
    power: float = 0.8,
    discordance: float = ALIKE,
) -> float:
    """The smallest gain in fitness that is shown with this power.

    By the normal theory of paired shares (Miettinen 1968, Connor 1987), less one step of the score,
    as McNemar's exact test has it. It assumes that items are right or wrong, that every task's mean
    rises by as much, and that models which differ by 0.2 disagree on 0.2 of the items or more. A
    geometric mean is taken at equal means, where it behaves like the raw one. Below 50 items the
    gain is up to a sixth too large.

    Args:
        items: how many, by task.
        alpha: two-sided.
        discordance: share of the items on which just one of the two models is right.

    Raises:
        ValueError: no task with a weight has items.
    """
    tasks = aggregate.counted([task for task, count in items.items() if count])
    slopes = aggregate.gradient(dict.fromkeys(tasks, 1.0))
    gain = sum(slopes.values())
    variance = sum(slopes[task] ** 2 / items[task] for task in tasks)
    step = min(slopes[task] / items[task] for task in tasks)
    z_alpha, z_power = _z(1 - alpha / 2), _z(power)

    def is_shown(rise: float) -> bool:
        disagree = max(discordance, rise)
        null, true = disagree * variance, (disagree - rise**2) * variance
        return gain * rise - step >= z_alpha * math.sqrt(null) + z_power * math.sqrt(true)

    return gain * _smallest(is_shown)


def detectable_margin(
    items: int, alpha: float, power: float = 0.8, discordance: float = ALIKE
) -> float:
    """The smallest margin that a model which is as good as the other is shown to keep.

    In the unit of the task's mean, for one task whose items are right or wrong. It is never less
    than what as many equal items show, 1 - alpha^(1 / items).

    Args:
        alpha: one-sided.
        discordance: share of the items on which just one of the two models is right.
    """
    spread = math.sqrt(discordance / items)
    normal = (_z(1 - alpha) + _z(power)) * spread + 1 / items
    return min(1.0, max(normal, 1 - math.pow(alpha, 1 / items)))


def describe(items: Mapping[str, int], aggregate: Aggregate, alpha: float) -> str:
    """What the test items can show, in a line for the user."""
    tasks = aggregate.counted([task for task, count in items.items() if count])
    alike, unlike = (
        _points(detectable(items, aggregate, alpha, discordance=share)) for share in (ALIKE, UNLIKE)
    )
    return (
        f"{sum(items[task] for task in tasks)} test items: gains under {alike} cannot be shown at "
        f"80 % power where winner and parent disagree on {ALIKE:.0%} of the items, under {unlike} "
        f"where they disagree on {UNLIKE:.0%}"
    )


def _points(gain: float) -> str:
    points = round(100 * gain)
    return "1 point" if points == 1 else f"{points} points"


def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)


def _smallest(is_shown: Callable[[float], bool]) -> float:
    """The smallest rise of a mean in (0, 1] that is shown; 1 where none is."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if is_shown(middle) else (middle, high)
    return high
