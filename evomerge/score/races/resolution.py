"""Can the items at hand still tell candidates apart? Where they cannot, a search may stop."""

from __future__ import annotations

import math
from statistics import NormalDist

from evomerge.score.races.quantiles import chi_squared_quantile
from evomerge.score.races.race import Race, Spread, race_sizes

PASSES = 3
"""How many times over its items a search must have asked in vain."""

LEAST = 5
"""Generations that it must have asked in vain."""

ERROR = 0.05
"""How often real differences, as large as what chance does to scores on all items, are missed."""

POWER = 0.8
"""How often a difference is seen that is said to be resolved."""


class Resolution:
    """Watches the races of a search.

    The variance among candidates is pooled over the last generations. When even its upper
    confidence bound is below what chance adds to scores on all of the items, noise outweighs every
    improvement, however many of them are asked.

    Args:
        items: how many there are.
    """

    def __init__(self, items: int) -> None:
        self._items = items
        self._limit = race_sizes(items)[-1]
        self._patience = max(LEAST, math.ceil(PASSES * items / self._limit))
        self._spreads: list[Spread | None] = []

    def learn(self, race: Race) -> None:
        """Take in a race that is over. One whose candidates failed teaches nothing."""
        spread = race.spread()
        if spread is None or spread.degrees:
            self._spreads = [*self._spreads, spread][-self._patience :]

    @property
    def exhausted(self) -> bool:
        """Whether no further improvement can be resolved."""
        spreads = [spread for spread in self._spreads if spread is not None]
        if len(spreads) < self._patience:
            return False
        degrees = sum(spread.degrees for spread in spreads)
        bound = sum(s.statistic for s in spreads) / chi_squared_quantile(ERROR, degrees) - 1
        return bound <= self._limit / self._items

    @property
    def reason(self) -> str:
        """Why the search may stop, for its user."""
        normal = NormalDist()
        factor = normal.inv_cdf(1 - ERROR / 2) + normal.inv_cdf(POWER)
        noise = [spread.noise for spread in self._spreads if spread is not None]
        least = factor * sum(noise) / max(len(noise), 1)
        return (
            f"no further improvement can be resolved with {self._items} search items: the "
            f"candidates of {self._patience} generations differed no more than by chance "
            f"(differences under {least:.2g} cannot be shown with these items "
            f"at {100 * POWER:.0f} % power)"
        )
