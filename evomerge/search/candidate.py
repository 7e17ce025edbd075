"""A candidate: a genome that an algorithm asked for, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

Vector = tuple[float, ...]
"""A genome, shape (n,), each coordinate in [0, 1]."""


@dataclass(frozen=True)
class Proposal:
    """A genome, and how it was made."""

    genome: Vector
    operator: str
    """What made it: `sample`, a crossing, a mutation."""
    origins: tuple[int, ...] = ()
    """Numbers of the candidates that it was made from."""

    def numbered(self, number: int, generation: int, position: int) -> Candidate:
        """The candidate with this genome."""
        return Candidate(number, generation, position, self.genome, self.operator, self.origins)


@dataclass(frozen=True)
class Candidate:
    """A genome that an algorithm asked for."""

    number: int
    """Counted from 0, in the order of asking; names the candidate within its search."""
    generation: int
    """Counted from 0."""
    position: int
    """Its place in the generation, from 0."""
    genome: Vector
    operator: str
    origins: tuple[int, ...] = ()
    """Numbers of the candidates that it was made from; see :class:`Proposal`."""
