"""Can the items at hand still tell candidates apart? Where they cannot, a search may stop."""

from __future__ import annotations

import math
from statistics import NormalDist

from scipy.special import chdtri

from evomerge.levels import level_of_look
from evomerge.search.races.race import Race, Spread, race_sizes

PASSES = 4
"""How many times over its items a search must have asked in vain, from one look to the next."""

LEAST = 5
"""Generations that it must have asked in vain, at the least."""

ERROR = 0.1
"""How often real differences, as large as what chance does to scores on all items, are missed, by
all looks together."""

POWER = 0.8
"""How often a difference is seen that is said to be resolved."""


class Resolution:
    """Watches the races of a search.

    Now and then, after as many generations as ask all items :data:`PASSES` times, the variance
    among the candidates of the last half of all generations is pooled. When even its upper
    confidence bound is below what chance adds to scores on all of the items, noise outweighs every
    improvement, however many of them are asked. Who looks often errs often, so that each look has
    less of the error to spend.

    Args:
        items: how many there are.
    """

    def __init__(self, items: int) -> None:
        self._items = items
        self._limit = race_sizes(items)[-1]
        self._patience = max(LEAST, math.ceil(PASSES * items / self._limit))
        self._spreads: list[Spread | None] = []
        self.exhausted = False
        """Whether no further improvement can be resolved."""

    def learn(self, race: Race) -> None:
        """Take in a race that is over. One whose candidates failed teaches nothing."""
        spread = race.spread()
        if spread is not None and not spread.degrees:
            return
        self._spreads.append(spread)
        looks, rest = divmod(len(self._spreads), self._patience)
        if not rest:
            self.exhausted = self._is_exhausted(level_of_look(ERROR, looks))

    @property
    def _window(self) -> list[Spread | None]:
        looks = len(self._spreads) // self._patience
        return self._spreads[-self._patience * math.ceil(looks / 2) :]

    def _is_exhausted(self, level: float) -> bool:
        spreads = [spread for spread in self._window if spread is not None]
        if len(spreads) < len(self._window):
            return False
        degrees = sum(spread.degrees for spread in spreads)
        bound = sum(s.statistic for s in spreads) / float(chdtri(degrees, 1 - level)) - 1
        return bound <= self._limit / self._items

    @property
    def reason(self) -> str:
        """Why the search may stop, for its user."""
        normal = NormalDist()
        factor = normal.inv_cdf(1 - ERROR / 2) + normal.inv_cdf(POWER)
        noise = [spread.noise for spread in self._window if spread is not None]
        least = factor * sum(noise) / max(len(noise), 1)
        why = (
            f"differed no more than by chance (differences under {least:.2g} cannot be shown with "
            f"these items at {100 * POWER:.0f} % power)"
        )
        return (
            f"no further improvement can be resolved with {self._items} search items: the "
            f"candidates of {len(self._window)} generations "
            f"{why if least else 'had the same scores, item by item'}"
        )
