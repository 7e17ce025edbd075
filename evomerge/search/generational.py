"""Base of the algorithms that learn from whole generations."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Sequence

from evomerge.search.algorithm import Algorithm
from evomerge.search.candidate import Candidate, Proposal
from evomerge.search.flight import Flight, check_count
from evomerge.search.outcome import Outcome


class Generational(Algorithm):
    """Proposes a generation at a time, and learns once as many were told.

    A generation is handed out in pieces if fewer are asked for, and the next one begins when all
    outcomes of this one are known, in whatever order they came. Where all failed it learns nothing.

    Args:
        population: candidates in a generation.
        steady: whether to go on while candidates are in flight. Then it learns from the first
            `population` that are told, whichever distribution they were drawn from, and draws from
            the new distribution from then on.
    """

    def __init__(self, population: int, steady: bool = False) -> None:
        self._population, self._steady = population, steady
        self._generations = self._asked = 0
        self._first = 0
        """The first generation that is learnt from: see :meth:`_start_over`."""
        self._left: deque[tuple[int, Proposal]] = deque()
        """Of this generation, by position, what has not been asked for yet."""
        self._told: dict[int, tuple[Candidate, Outcome]] = {}
        self._flight = Flight()

    @property
    def population(self) -> int:
        """How many candidates make a generation."""
        return self._population

    def ask(self, count: int) -> list[Candidate]:
        """The next candidates of this generation; see :meth:`Algorithm.ask`."""
        check_count(count)
        waits = not self._steady and (len(self._flight) or self._told)
        if not self._left and not waits and not self.finished():
            self._begin()
        candidates = [self._next() for _ in range(min(count, len(self._left)))]
        self._flight.add(candidates)
        return candidates

    def _next(self) -> Candidate:
        position, proposal = self._left.popleft()
        self._asked += 1
        return proposal.numbered(self._asked - 1, self._generations - 1, position)

    def tell(self, candidate: Candidate, outcome: Outcome) -> None:
        """How good a candidate was; see :meth:`Algorithm.tell`."""
        self._flight.remove(candidate)
        if candidate.generation >= self._first:
            self._told[candidate.number] = (candidate, outcome)
        if self._told and self._is_complete:
            told = [self._told[number] for number in sorted(self._told)]
            self._told.clear()
            self._left.clear()
            if any(outcome.failure is None for _, outcome in told):
                self._learn([one for one, _ in told], [outcome for _, outcome in told])

    @property
    def _awaited(self) -> list[Candidate]:
        """Those that were asked for and not learnt from."""
        return [*self._flight, *(one for one, _ in self._told.values())]

    @property
    def _is_complete(self) -> bool:
        if self._steady:
            return len(self._told) >= self._population
        return not self._left and not len(self._flight)

    def _begin(self) -> None:
        self._left.extend(enumerate(self._propose()))
        self._generations += 1

    def _start_over(self, population: int) -> None:
        """Learn nothing more from what is in flight; from now on a generation has so many."""
        self._population, self._first = population, self._generations

    @abstractmethod
    def _propose(self) -> Sequence[Proposal]:
        """The next generation, one candidate or more."""

    @abstractmethod
    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        """Take in a generation and its outcomes, in the order in which it was proposed."""
