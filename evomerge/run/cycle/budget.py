"""How much searching is left: evaluations, minutes, tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from evomerge.recipe import Budget
from evomerge.run.evaluation.results import Results


@dataclass
class Spent:
    """What a search has taken so far, in the order in which it asked."""

    seen: set[str] = field(default_factory=set)
    """Digests of the candidates; only what is new is another evaluation."""
    tokens: int = 0
    """Of all that was scored on the search items, parents and candidates alike."""
    _asked: dict[str, int] = field(default_factory=dict, repr=False)
    """Of each offspring the items that were counted, as bits."""

    @property
    def evaluations(self) -> int:
        """RecordedSearch that were evaluated."""
        return len(self.seen)

    def take(self, digest: str, results: Results, items: int) -> None:
        """Count what it took to score an offspring on some items, whatever else is known of it:
        so a repeated run counts alike.

        Args:
            items: as bits; see :meth:`Results.set_of`.
        """
        before = self._asked.get(digest)
        after = self._asked[digest] = items | (before or 0)
        known = 0 if before is None else results.cost_of(before).tokens
        self.tokens += results.cost_of(after).tokens - known


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
        whole = budget.model_dump(exclude_none=True)
        digits = {"minutes": 2}
        self.limits = {
            name: round(limit * share, digits.get(name)) for name, limit in whole.items()
        }
        """What may be spent by then, to be told."""

    @property
    def in_time(self) -> bool:
        """Whether there are minutes left."""
        return self._seconds is None or self._elapsed() < self._seconds

    def spent(self, spent: Spent) -> dict[str, float]:
        """What has been spent, by the names of the limits."""
        minutes = round(self._elapsed() / 60, 2)
        return {"evaluations": spent.evaluations, "minutes": minutes, "tokens": spent.tokens}

    def covers(self, evaluations: int, tokens: int) -> bool:
        """Whether one more evaluation fits, whatever the time: so a repeated run decides alike.

        Args:
            evaluations: candidates evaluated so far, or under way.
            tokens: tokens that those took which have ended.
        """
        if self._evaluations is not None and evaluations >= round(self._evaluations):
            return False
        return self._tokens is None or tokens < self._tokens
