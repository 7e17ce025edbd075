"""Shapley values: what each factor adds, averaged over the orders in which factors can be added.

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))

They add up to v(all) - v(none), and no factor's value depends on where the others happen to be.
Where there are too many sets, orders are drawn, each with its reverse, in which what comes early
comes late: the two err in opposite directions where factors make up for each other.

Shapley, A value for n-person games, 1953; Castro, Gomez and Tejada 2009 for drawn orders; Mitchell
et al. 2022 for pairs of opposite orders.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

Coalition = frozenset[int]
"""The factors that are there, by number."""


class Marginal(NamedTuple):
    """One step of an average: a factor joins others."""

    factor: int
    others: Coalition
    share: float
    """Of the factor's average; those of one round add up to 1 for each factor."""

    @property
    def joined(self) -> Coalition:
        """The factor and the others."""
        return self.others | {self.factor}


Round = Sequence[Marginal]


def every_order(count: int) -> Round:
    """All sets of `count` factors, each as often as in all orders."""
    whole = math.factorial(count)
    return [
        Marginal(i, frozenset(s), math.factorial(k) * math.factorial(count - k - 1) / whole)
        for i in range(count)
        for k in range(count)
        for s in combinations([j for j in range(count) if j != i], k)
    ]


def drawn_orders(count: int, seed: int) -> Iterator[Round]:
    """Rounds without end, each of an order of `count` factors and of its reverse."""
    generator = np.random.default_rng(seed)
    while True:
        order = generator.permutation(count).tolist()
        yield [*_steps(order), *_steps(order[::-1])]


def _steps(order: Sequence[int]) -> Iterator[Marginal]:
    for at, factor in enumerate(order):
        yield Marginal(factor, frozenset(order[:at]), 0.5)


def coalitions(rounds: Sequence[Round]) -> list[Coalition]:
    """All sets that rounds need, each once, in the order in which they are met."""
    needed = (s for steps in rounds for step in steps for s in (step.others, step.joined))
    return list(dict.fromkeys(needed))


def shapley_value(
    factor: int, rounds: Sequence[Round], value: Callable[[Coalition], float]
) -> tuple[float, float]:
    """A factor's mean over the rounds, and the standard error of having drawn no more of them.

    The error is 0 where one round is all there is to know, as of :func:`every_order`; NaN where one
    was drawn.
    """
    each = [
        math.fsum(
            step.share * (value(step.joined) - value(step.others))
            for step in steps
            if step.factor == factor
        )
        for steps in rounds
    ]
    mean = math.fsum(each) / len(each)
    if len(each) > 1:
        return mean, float(np.std(each, ddof=1)) / math.sqrt(len(each))
    return mean, 0.0 if is_every_order(rounds[0]) else math.nan


def is_every_order(steps: Round) -> bool:
    """Whether a round holds all sets, so that nothing is left to chance."""
    count = 1 + max(len(step.others) for step in steps)
    return len({(step.factor, step.others) for step in steps}) == count << (count - 1)
