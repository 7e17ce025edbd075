"""Which candidate is better: feasibility before fitness (Deb 2000). The one place that decides it.

A candidate that failed comes last. Less violation of the floors wins; between equals one that was
not cut from a race, then higher fitness. Nothing of this is added up into one number, since such a
number would mean something among the candidates alone that it was computed from.

Deb, An efficient constraint handling method for genetic algorithms, 2000, section 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol, TypeVar

from evomerge.search.outcome import Outcome

Merit = tuple[float, bool, float]
"""What is better is larger."""


class Judged(Protocol):
    """What can be compared: an outcome, a trial, an elite."""

    @property
    def fitness(self) -> float | None:
        """Higher is better; None where it failed."""
        ...

    @property
    def violation(self) -> float:
        """How far it lies below the floors; 0 where it keeps to all of them."""
        ...

    @property
    def cut(self) -> bool:
        """Whether a race ended early for it, since others were significantly better."""
        ...


Comparable = TypeVar("Comparable", bound=Judged)


def merit(judged: Judged) -> Merit:
    """What is better is larger; equals are equal."""
    if judged.fitness is None:
        return -math.inf, False, -math.inf
    return -judged.violation, not judged.cut, judged.fitness


def cautious(outcome: Outcome) -> Merit:
    """The merit of an outcome whose fitness is less by its standard error.

    For those that were told in different generations: one that is high by luck has an error, and
    of equals the one that is known better wins.
    """
    violation, uncut, fitness = merit(outcome)
    return violation, uncut, fitness - (outcome.errors[0] if outcome.errors else 0.0)


def best_first(judged: Sequence[Comparable]) -> list[Comparable]:
    """In the order of merit; of equals the one that was named first."""
    return sorted(judged, key=merit, reverse=True)


def ranks(judged: Sequence[Judged]) -> list[int]:
    """The rank of each, 0 for the best; of equals the one that was named first is better."""
    order = sorted(range(len(judged)), key=lambda number: merit(judged[number]), reverse=True)
    rank = {number: at for at, number in enumerate(order)}
    return [rank[number] for number in range(len(judged))]
