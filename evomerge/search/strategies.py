"""Base of the algorithms that have several strategies, of which each learns from what it drew."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.outcome import Outcome
from evomerge.search.steady import Steady


@dataclass
class DrawnBatch:
    """What a strategy has drawn."""

    strategy: int
    size: int
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """Those that are known, by place."""


class Strategies(Steady):
    """Strategies take turns to draw a batch, and each learns once all of its own is told.

    So nobody waits, as long as there is a strategy that waits for nothing.

    Args:
        population: see :class:`Steady`.
        count: of strategies.
        starts: candidates to begin with, of no strategy's.
    """

    def __init__(self, population: int, count: int, starts: Sequence[Vector] = ()) -> None:
        super().__init__(population)
        self._starts = deque(starts)
        self._free = deque(range(count))
        """Strategies that may draw, those first that have waited longest."""
        self._left: deque[tuple[DrawnBatch, int, Proposal]] = deque()
        """What is drawn and not asked for yet, and its place in its batch."""
        self._of: dict[int, tuple[DrawnBatch, int]] = {}
        """By number, the batch of a candidate in flight, and its place there."""

    def _propose(self) -> Proposal | None:
        if self._starts:
            return Proposal(self._starts.popleft(), "start")
        if not self._left and self._free:
            strategy = self._free.popleft()
            drawn = self._draw(strategy)
            batch = DrawnBatch(strategy, len(drawn))
            self._left.extend((batch, place, proposal) for place, proposal in enumerate(drawn))
        if not self._left:
            return None
        batch, place, proposal = self._left.popleft()
        self._of[self._asked] = batch, place
        return proposal

    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        own = self._of.pop(candidate.number, None)
        if own is None:
            self._begin(candidate, outcome)
            return
        batch, place = own
        batch.outcomes[place] = outcome
        if len(batch.outcomes) == batch.size:
            outcomes = [batch.outcomes[place] for place in range(batch.size)]
            if any(one.failure is None for one in outcomes):
                self._conclude(batch.strategy, outcomes)
            if self._goes_on(batch.strategy):
                self._free.append(batch.strategy)

    def _begin(self, candidate: Candidate, outcome: Outcome) -> None:
        """Take in a start; nothing by default."""

    def _goes_on(self, strategy: int) -> bool:
        """Whether a strategy has anything left to find; always by default."""
        return True

    @abstractmethod
    def _draw(self, strategy: int) -> Sequence[Proposal]:
        """The next batch of a strategy, one proposal or more."""

    @abstractmethod
    def _conclude(self, strategy: int, outcomes: Sequence[Outcome]) -> None:
        """Have a strategy learn from its batch, in the order in which it was drawn."""
