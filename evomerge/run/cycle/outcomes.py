"""What the search is told of a candidate, from its trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from evomerge.ledger import ItemKey, ItemScore, Trial
from evomerge.search import Outcome


class _Values(Mapping[ItemKey, float]):
    """Values of item scores by their items: put in order when somebody first asks for one."""

    def __init__(self, scores: Sequence[ItemScore]) -> None:
        self._scores = scores

    @cached_property
    def _by_key(self) -> dict[ItemKey, float]:
        return {(task, item): value for task, item, value, _ in self._scores}

    def __getitem__(self, key: ItemKey) -> float:
        return self._by_key[key]

    def __iter__(self) -> Iterator[ItemKey]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)


@dataclass(frozen=True)
class Raced:
    """How a candidate came out of its race."""

    trial: Trial
    error: float = 0.0
    """The standard error of its fitness over draws of the items; 0 where all were asked."""
    goals: tuple[float, ...] = ()
    """Its score at each goal that the search is told of; then all items were asked."""

    @cached_property
    def outcome(self) -> Outcome:
        """What the search is told of it."""
        trial = self.trial
        scores = _Values(trial.scores)
        if trial.fitness is None:
            return Outcome(scores=scores, failure=trial.reason)
        return Outcome(
            (trial.fitness, *self.goals),
            (self.error, *(0.0 for _ in self.goals)),
            violation=trial.violation,
            cut=trial.cut,
            scores=scores,
        )
