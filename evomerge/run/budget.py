"""How much searching is left: evaluations, minutes, tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from evomerge.recipe import Budget


@dataclass
class Spent:
    """What the run's candidates have taken so far, in the order in which they were asked for.

    Args:
        seen: digests of what has been scored; only what is new takes from the budget.
    """

    seen: set[str] = field(default_factory=set)
    evaluations: int = 0
    tokens: int = 0


class Allowance:
    """What one cycle may spend. Cycles share the budget evenly, each adding to what was left.

    Args:
        share: the part of the whole budget that may be spent when this cycle ends.
        elapsed: seconds that the run has taken, earlier sessions included.
    """

    def __init__(self, budget: Budget, share: float, elapsed: Callable[[], float]) -> None:
        self._evaluations = None if budget.evaluations is None else budget.evaluations * share
        self._tokens = None if budget.tokens is None else budget.tokens * share
        self._seconds = None if budget.minutes is None else budget.minutes * 60 * share
        self._elapsed = elapsed

    @property
    def in_time(self) -> bool:
        """Whether there are minutes left."""
        return self._seconds is None or self._elapsed() < self._seconds

    def covers(self, evaluations: int, tokens: int) -> bool:
        """Whether one more evaluation fits, whatever the time: so a repeated run decides alike.

        Args:
            evaluations: candidates evaluated so far, or under way.
            tokens: tokens that those took which have ended.
        """
        if self._evaluations is not None and evaluations >= round(self._evaluations):
            return False
        return self._tokens is None or tokens < self._tokens
