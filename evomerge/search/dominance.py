"""Which of several is better at every goal: feasibility first, then dominance (Deb et al. 2002).

Deb, Pratap, Agarwal and Meyarivan, A fast and elitist multiobjective genetic algorithm: NSGA-II,
2002, section VI A.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

Goals = tuple[float, ...]
"""The score at each goal; higher is better."""


class Aiming(Protocol):
    """What can be compared goal by goal."""

    @property
    def goals(self) -> Goals:
        """The score at each goal."""
        ...

    @property
    def violation(self) -> float:
        """How far it lies below the floors; 0 where it keeps to all of them."""
        ...


OneOf = TypeVar("OneOf", bound=Aiming)


def dominates(one: Aiming, other: Aiming) -> bool:
    """Whether one violates less, or violates as much and is better at a goal and worse at none."""
    if one.violation != other.violation:
        return one.violation < other.violation
    pairs = list(zip(one.goals, other.goals, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def front(some: Sequence[OneOf]) -> list[OneOf]:
    """Those that none dominates, in their order; of those that are equal at each goal the first."""
    seen: set[tuple[float, Goals]] = set()
    kept = []
    for one in some:
        place = one.violation, one.goals
        if place not in seen and not any(dominates(other, one) for other in some):
            seen.add(place)
            kept.append(one)
    return kept
