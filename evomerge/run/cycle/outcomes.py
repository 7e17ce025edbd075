"""What the search is told of a candidate, from its trial."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evomerge.ledger import Trial
from evomerge.search import Outcome


@dataclass(frozen=True)
class Raced:
    """How a candidate came out of its race."""

    trial: Trial
    error: float = 0.0
    """The standard error of its fitness over draws of the items; 0 where all were asked."""

    @cached_property
    def outcome(self) -> Outcome:
        """What the search is told of it."""
        trial = self.trial
        scores = {(task, item): value for task, item, value, _ in trial.scores}
        if trial.fitness is None:
            return Outcome(scores=scores, failure=trial.reason)
        return Outcome(
            (trial.fitness,),
            (self.error,),
            violation=trial.violation,
            cut=trial.cut,
            scores=scores,
        )
