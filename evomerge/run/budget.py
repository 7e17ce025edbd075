"""How much searching is left: evaluations, minutes, tokens."""

from __future__ import annotations

from collections.abc import Callable

from evomerge.recipe import Budget


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

    def admits(self, evaluations: int, tokens: int) -> bool:
        """Whether one more evaluation may begin.

        Args:
            evaluations: candidates evaluated so far, or under way.
            tokens: tokens that those took which have ended.
        """
        if self._seconds is not None and self._elapsed() >= self._seconds:
            return False
        return self.covers(evaluations, tokens)

    def covers(self, evaluations: int, tokens: int) -> bool:
        """The same, whatever the time: so a repeated run decides alike."""
        if self._evaluations is not None and evaluations >= round(self._evaluations):
            return False
        return self._tokens is None or tokens < self._tokens
