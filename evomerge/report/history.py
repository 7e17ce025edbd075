"""The history: what a run did, candidate by candidate and part by part, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from evomerge.ledger import Cost, Place, State


@dataclass(frozen=True, slots=True)
class PastCandidate:
    """A candidate from the moment that it was asked for.

    What it scored is an estimate as long as not all of the search items were asked; a later race
    on more of them takes its place.
    """

    number: int
    """Counted from 0 over the whole run, in the order of asking."""
    place: Place
    genome: tuple[float, ...]
    """Shape (n,), each coordinate in [0, 1]."""
    digest: str
    operator: str
    """What made the genome."""
    origins: tuple[int, ...]
    """Numbers of the candidates that it was made from."""
    asked_s: float
    """Active seconds of the run."""
    told_s: float | None = None
    """When the search was told of it; None as long as it is under way."""
    state: State | None = None
    reason: str = ""
    """Why, unless it was scored."""
    fitness: float | None = None
    error: float | None = None
    """Standard error of the fitness over draws of the items, 0 where all were asked; None where
    the search was not told."""
    violation: float = 0.0
    items: int = 0
    """How many search items it was scored on."""

    @property
    def is_of_search(self) -> bool:
        """Whether the search asked for it, and not the random search that is compared with."""
        return self.place.cycle >= 0


@dataclass(frozen=True, slots=True)
class PastPart:
    """An offspring made and asked some items."""

    ended_s: float
    """Active seconds of the run when it was recorded."""
    digest: str
    split: str
    state: State
    reason: str
    worker: str
    cost: Cost
    items: int

    @property
    def began_s(self) -> float:
        """When its worker began, as far as the record tells; not before the run."""
        return max(0.0, self.ended_s - self.cost.wall_s)


@dataclass(frozen=True, slots=True)
class PastInterlude:
    """What a worker did between two cycles, for the next one."""

    what: str
    """"writing items" or "training"."""
    ended_s: float
    """Active seconds of the run when it was recorded."""
    took_s: float

    @property
    def began_s(self) -> float:
        """When its worker began, as far as the record tells; not before the run."""
        return max(0.0, self.ended_s - self.took_s)


@dataclass(frozen=True)
class RunHistory:
    """All that happened in a run, in order."""

    genes: tuple[str, ...] = ()
    """A name for each coordinate of a genome."""
    candidates: tuple[PastCandidate, ...] = ()
    parts: tuple[PastPart, ...] = ()
    interludes: tuple[PastInterlude, ...] = ()

    @property
    def first_cycle(self) -> RunHistory:
        """The same without later cycles, in which other models have genes as well."""
        first = tuple(c for c in self.candidates if not c.is_of_search or c.place.cycle == 0)
        return replace(self, candidates=first)

    @cached_property
    def searched(self) -> tuple[PastCandidate, ...]:
        """The candidates of the search that have a fitness, in the order of asking."""
        return tuple(c for c in self.candidates if c.is_of_search and c.fitness is not None)

    @cached_property
    def generations(self) -> tuple[PastGeneration, ...]:
        """The search's generations of which a candidate has a fitness, in order."""
        by: dict[tuple[int, int], list[PastCandidate]] = {}
        for candidate in self.searched:
            by.setdefault((candidate.place.cycle, candidate.place.generation), []).append(candidate)
        return tuple(
            PastGeneration(number, *place, tuple(by[place]))
            for number, place in enumerate(sorted(by))
        )


@dataclass(frozen=True)
class PastGeneration:
    """The candidates of one generation that have a fitness."""

    number: int
    """Counted from 0 over all cycles."""
    cycle: int
    generation: int
    """Counted from 0 within the cycle."""
    candidates: tuple[PastCandidate, ...]

    @property
    def fitness(self) -> list[float]:
        """Of each candidate, in the order of asking."""
        return [c.fitness for c in self.candidates if c.fitness is not None]

    @property
    def evaluations(self) -> int:
        """How many candidates the run had asked for by its end."""
        return max(c.number for c in self.candidates) + 1
