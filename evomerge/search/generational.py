"""Base of the algorithms that learn from whole generations."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from evomerge.search.algorithm import Algorithm
from evomerge.search.candidate import Candidate, Proposal
from evomerge.search.flight import Flight, check_count
from evomerge.search.outcome import Outcome


class Generational(Algorithm):
    """Proposes a generation at a time, and learns once all of it was told.

    A generation is handed out in pieces if fewer are asked for, and the next one begins when all
    outcomes of this one are known, in whatever order they came. Where all failed it learns nothing.

    Args:
        population: candidates in a generation.
    """

    def __init__(self, population: int) -> None:
        self._population = population
        self._generations = self._asked = 0
        self._generation: list[Candidate] = []
        self._outcomes: dict[int, Outcome] = {}
        self._flight = Flight()
        self._handed_out = 0

    @property
    def population(self) -> int:
        """How many candidates make a generation."""
        return self._population

    def ask(self, count: int) -> list[Candidate]:
        """The next candidates of this generation; see :meth:`Algorithm.ask`."""
        check_count(count)
        if len(self._outcomes) == len(self._generation) and not self.finished():
            self._begin()
        candidates = self._generation[self._handed_out : self._handed_out + count]
        self._handed_out += len(candidates)
        self._flight.add(candidates)
        return candidates

    def tell(self, candidate: Candidate, outcome: Outcome) -> None:
        """How good a candidate was; see :meth:`Algorithm.tell`."""
        self._flight.remove(candidate)
        self._outcomes[candidate.position] = outcome
        if len(self._outcomes) < len(self._generation):
            return
        outcomes = [self._outcomes[candidate.position] for candidate in self._generation]
        if any(outcome.failure is None for outcome in outcomes):
            self._learn(self._generation, outcomes)

    def _begin(self) -> None:
        self._generation = [
            proposal.numbered(self._asked + position, self._generations, position)
            for position, proposal in enumerate(self._propose())
        ]
        self._asked += len(self._generation)
        self._generations += 1
        self._handed_out = 0
        self._outcomes = {}

    @abstractmethod
    def _propose(self) -> Sequence[Proposal]:
        """The next generation, one candidate or more."""

    @abstractmethod
    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        """Take in a generation and its outcomes, in the order in which it was proposed."""
