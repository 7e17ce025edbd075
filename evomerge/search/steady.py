"""Base of the algorithms that learn from each candidate as it is told."""

from __future__ import annotations

from abc import abstractmethod

from evomerge.search.algorithm import Algorithm
from evomerge.search.candidate import Candidate, Proposal
from evomerge.search.flight import Flight, check_count
from evomerge.search.outcome import Outcome


class Steady(Algorithm):
    """Proposes as many candidates as are asked for, whatever is in flight.

    What it proposes may depend on the order of asking and telling; as many candidates as the
    population count as a generation, in the order of asking.

    Args:
        population: how many candidates are best asked for at a time: a race compares them.
    """

    def __init__(self, population: int) -> None:
        self._population = population
        self._asked = 0
        self._flight = Flight()

    @property
    def population(self) -> int:
        """How many candidates are best asked for at a time."""
        return self._population

    def ask(self, count: int) -> list[Candidate]:
        """The next candidates; see :meth:`Algorithm.ask`."""
        check_count(count)
        candidates: list[Candidate] = []
        while len(candidates) < count and not self.finished():
            proposal = self._propose()
            if proposal is None:
                break
            generation, position = divmod(self._asked, self._population)
            candidates.append(proposal.numbered(self._asked, generation, position))
            self._asked += 1
        self._flight.add(candidates)
        return candidates

    def tell(self, candidate: Candidate, outcome: Outcome) -> None:
        """How good a candidate was; see :meth:`Algorithm.tell`."""
        self._flight.remove(candidate)
        self._learn(candidate, outcome)

    @abstractmethod
    def _propose(self) -> Proposal | None:
        """The next candidate; None to wait for one in flight."""

    @abstractmethod
    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        """Take in a candidate and its outcome, which may be a failure."""
