"""A winner held against the parent that is best at a task."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evomerge.ledger import Flag
from evomerge.score.audits.audit import TaskAudit

SURE = 3.0
"""Standard errors that a jump in a share must be from none."""


@dataclass(frozen=True)
class Contrast:
    """Two audits of the same task."""

    task: str
    winner: TaskAudit
    parent: TaskAudit
    name: str
    """The parent's."""

    def flag(self, what: str, winner: float, reference: float, sentence: str) -> Flag:
        """A flag on this task."""
        return Flag(self.task, what, winner, reference, f"{self.task}: {sentence}")

    @property
    def gains(self) -> bool:
        """Whether the winner is better, by more than two standard errors."""
        return self.is_gain(self.winner.score - self.parent.score)

    def is_gain(self, difference: float) -> bool:
        """Whether a difference of mean scores is more than two of their standard errors."""
        return errors(difference, self._error(self.winner.score_sd, self.parent.score_sd)) >= 2

    @property
    def length_errors(self) -> float:
        """By how many standard errors the mean lengths differ: Welch's t."""
        difference = abs(self.winner.tokens_mean - self.parent.tokens_mean)
        return errors(difference, self._error(self.winner.tokens_sd, self.parent.tokens_sd))

    def jumps(self, winner: float, reference: float, by: float = 0.1) -> bool:
        """Whether a share of the items is surely larger, by as much as that."""
        return jumps(winner, self.winner.items, reference, self.parent.items, by)

    def _error(self, ours: float, theirs: float) -> float:
        return math.hypot(
            ours / math.sqrt(self.winner.items), theirs / math.sqrt(self.parent.items)
        )


def jumps(share: float, n: int, other: float, m: int, by: float = 0.1) -> bool:
    """Whether a share of n is larger than another one of m, by as much and surely.

    Surely is a two-proportion z test with pooled variance, at :data:`SURE`.
    """
    pooled = (n * share + m * other) / (n + m)
    error = math.sqrt(max(pooled * (1 - pooled), 0.0) * (1 / n + 1 / m))
    return share - other > by and errors(share - other, error) >= SURE


def errors(difference: float, error: float) -> float:
    """A difference in standard errors."""
    if error:
        return difference / error
    return math.inf if difference > 0 else 0.0
