"""How many items a generation is worth, and when no number of them would help."""

from __future__ import annotations

import math
from statistics import NormalDist

from evomerge.score.race import Race, Spread

SHARE = 1 / 6
"""Of the items that a race takes at most, as long as it tells candidates apart."""

LEAST = 24
"""Items that a race takes at most, where a share would be fewer."""

PATIENCE = 5
"""Generations that have to agree that nothing can be told apart."""

ERROR = 0.05
"""How often candidates that are all alike pass for different."""

POWER = 0.8
"""How often a difference is seen that is said to be resolved."""


class Effort:
    """Sets the sizes of races, generation after generation.

    A race takes a share of the items. When several generations together show no more differences
    than chance would, the next one takes twice as many (Heidrich-Meisner & Igel 2009, section 3.3,
    adapt the limit race by race; pooling wavers less). When they took all items, there is no more
    to be learnt from these.

    Args:
        items: how many there are.
    """

    def __init__(self, items: int) -> None:
        self._items = items
        self._least = min(items, max(LEAST, math.ceil(items * SHARE)))
        self._limit = self._least
        self._recent: list[Spread | None] = []
        self._on_all = 0

    @property
    def sizes(self) -> list[int]:
        """Of the samples of the next race: one look at half of the items, one at the limit.

        More looks save few items, and each costs every candidate another merge.
        """
        return [max(1, self._limit // 2), self._limit]

    @property
    def final_sizes(self) -> list[int]:
        """Of the samples of the final race among elites, which ends with all items."""
        quarters = (self._items // 4, self._items // 2, self._items)
        return sorted({size for size in quarters if size >= min(self._least, self._items)})

    def learn(self, race: Race) -> None:
        """Take in a race that is over."""
        spread = race.spread()
        if spread is not None and not spread.degrees:
            return
        self._on_all = self._on_all + 1 if self._limit == self._items else 0
        self._recent = [*self._recent, spread][-PATIENCE:]
        if self._differ():
            self._limit, self._on_all = max(self._least, self._limit // 2), 0
        elif len(self._recent) == PATIENCE:
            self._limit = min(self._items, 2 * self._limit)

    def _differ(self) -> bool:
        spreads = [spread for spread in self._recent if spread is not None]
        if len(spreads) < len(self._recent):
            return True
        degrees = sum(spread.degrees for spread in spreads)
        return sum(s.statistic for s in spreads) > chi_squared_quantile(1 - ERROR, degrees)

    @property
    def exhausted(self) -> bool:
        """Whether generations scored on all items could not be told apart."""
        return self._on_all >= PATIENCE

    @property
    def reason(self) -> str:
        """Why the search may stop."""
        normal = NormalDist()
        factor = normal.inv_cdf(1 - ERROR / 2) + normal.inv_cdf(POWER)
        noise = [spread.noise for spread in self._recent if spread is not None]
        least = factor * sum(noise) / max(len(noise), 1)
        return (
            f"no further improvement can be resolved: for {self._on_all} generations candidates "
            f"have differed no more than chance would have it on all {self._items} search items, "
            f"with which differences under {least:.3g} cannot be shown at {POWER:.0%} power"
        )


def chi_squared_quantile(probability: float, degrees: int) -> float:
    """Quantile of the chi-squared distribution (Wilson & Hilferty 1931)."""
    if not degrees:
        return 0.0
    scale = 2 / (9 * degrees)
    root: float = 1 - scale + NormalDist().inv_cdf(probability) * math.sqrt(scale)
    return degrees * root**3
