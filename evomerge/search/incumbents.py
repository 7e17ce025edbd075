"""Base of the elitist algorithms: what each member of a population knows best, and must defend."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.generational import Generational
from evomerge.search.kind import Problem
from evomerge.search.order import cautious, merit
from evomerge.search.outcome import Outcome


@dataclass(frozen=True)
class Incumbent:
    """The best genome that a member has met, and what is known of it by now."""

    number: int
    """Of the candidate that it was first."""
    genome: Vector
    outcome: Outcome

    @property
    def is_sure(self) -> bool:
        """Whether asking it again would say the same."""
        return not any(self.outcome.errors)


class Incumbents(Generational):
    """A population of which each member has an incumbent, and challenges it.

    No lucky value is kept. Where values have errors, as in races, which ask other items in every
    generation, an incumbent is asked again beside its challenger, so that both are compared in one
    generation, on the same items, by what is told then; what was told before is forgotten. Then a
    generation has room for half as many challengers. Re-sampling against the survival of what was
    overestimated: Jin and Branke 2005, section II. A run's ledger keeps each item's score, so
    an incumbent costs only items that it was not asked yet, and none of the budget's evaluations.

    Args:
        problem: its starts, then its start, are the first members.
        population: number of members, and of candidates in a generation.
        seed: of its own random generator.
    """

    def __init__(self, problem: Problem, population: int, seed: int) -> None:
        import numpy as np

        super().__init__(population, problem.steady)
        self._generator = np.random.default_rng(seed)
        self._starts = [*problem.starts, problem.start][:population]
        self._members: list[Incumbent | None] = [None] * population
        """None until one was told of that did not fail."""
        self._turn = 0
        """The member that is next to challenge."""
        self._member_of: dict[tuple[int, int], int] = {}
        """By generation and position, whose each candidate is that is not learnt from."""

    @property
    def _known(self) -> list[Incumbent]:
        return [member for member in self._members if member is not None]

    def _best_first(self) -> list[Incumbent]:
        """By what is sure of them: some were told in one generation, some in another."""
        return sorted(self._known, key=lambda one: cautious(one.outcome), reverse=True)

    def _propose(self) -> list[Proposal]:
        asked: list[tuple[int, Proposal]] = []
        for _ in self._members:
            member = self._turn
            proposals = self._of(member)
            if len(asked) + len(proposals) > self._population:
                break
            asked += [(member, proposal) for proposal in proposals]
            self._turn = (member + 1) % len(self._members)
        awaited = [(one.generation, one.position) for one in self._awaited]
        self._member_of = {place: self._member_of[place] for place in awaited}
        self._member_of |= {(self._generations, i): who for i, (who, _) in enumerate(asked)}
        return [proposal for _, proposal in asked]

    def _of(self, member: int) -> list[Proposal]:
        """What a member asks for."""
        incumbent = self._members[member]
        if incumbent is None:
            first = self._starts.pop(0) if self._starts else None
            genome = self._sample() if first is None else first
            self._placed(member, genome)
            return [Proposal(genome, "sample" if first is None else "start")]
        challenger = self._challenger(member, incumbent)
        if incumbent.is_sure:
            return [challenger]
        return [Proposal(incumbent.genome, "again", (incumbent.number,)), challenger]

    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        told = [*zip(candidates, outcomes, strict=True)]
        for candidate, outcome in told:
            member = self._member_of[candidate.generation, candidate.position]
            known = self._members[member]
            if (
                known is not None
                and candidate.origins[:1] == (known.number,)
                and (candidate.operator == "again")
            ):
                self._members[member] = Incumbent(known.number, known.genome, outcome)
        won = []
        for candidate, outcome in told:
            if candidate.operator == "again" or outcome.failure is not None:
                continue
            member = self._member_of[candidate.generation, candidate.position]
            known = self._members[member]
            if known is None or merit(outcome) >= merit(known.outcome):
                self._members[member] = Incumbent(candidate.number, candidate.genome, outcome)
                won += [member] if known is not None else []
        self._won(won)

    def selects(self, count: int) -> int:
        """The better half: of others it is enough that they are worse."""
        return max(1, count // 2)

    @abstractmethod
    def _sample(self) -> Vector:
        """A genome by chance, where a member has none."""

    def _placed(self, member: int, genome: Vector) -> None:
        """A member begins with this genome."""

    @abstractmethod
    def _challenger(self, member: int, incumbent: Incumbent) -> Proposal:
        """What is to be better than an incumbent, whose number comes first in its origins."""

    def _won(self, members: Sequence[int]) -> None:
        """The challengers of these members became their incumbents."""
