"""What a search asked for and what it was told: enough to rebuild it without scoring anything."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.ledger.trial import Place, State


@dataclass(frozen=True)
class Asked:
    """A candidate that a search asked for."""

    candidate: int
    """Counted from 0 over the whole run, in the order of asking."""
    place: Place
    genome: tuple[float, ...]
    """Shape (n,), each coordinate in [0, 1]."""
    digest: str
    """Names the weights that it stands for."""
    operator: str
    """What made the genome, such as a draw from the search's distribution."""
    origins: tuple[int, ...] = ()
    """The candidates that it was made from; none where it was drawn."""
    made_of: str = ""
    """Names what it is made of: of candidates with one name the first gives them its digest."""


@dataclass(frozen=True)
class Objective:
    """One of the numbers that a search is told; higher is better."""

    value: float
    error: float = 0.0
    """Standard error of the value, over draws of the items; 0 where all were asked."""


@dataclass(frozen=True)
class Told:
    """What a search was told of a candidate."""

    candidate: int
    objectives: tuple[Objective, ...]
    """None where it failed."""
    violation: float
    """How far it lies below the floors of tasks, added up; 0 where it keeps to all of them."""
    state: State
    reason: str = ""
    """Why, unless it was scored."""
    parts: tuple[int, ...] = ()
    """The numbers of the records of the parts that it rests on."""

    @property
    def said(self) -> tuple[object, ...]:
        """What the search learnt of it; the rest says why."""
        return self.objectives, self.violation, self.state
