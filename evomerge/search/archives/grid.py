"""A grid of niches over the goals: of each cell the best that has fallen into it."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.search.candidate import Candidate
from evomerge.search.dominance import Goals
from evomerge.search.order import merit
from evomerge.search.outcome import Outcome

Cell = tuple[int, ...]


@dataclass(frozen=True)
class Occupant:
    """Who is in a cell."""

    candidate: Candidate
    outcome: Outcome


class NicheGrid:
    """Divides the range of each goal's scores in equal parts.

    Args:
        parts: of each goal.
        low: where the first part begins; what scores less is in it as well.
        high: where the last part ends; what scores more is in it as well.
    """

    def __init__(self, parts: int, low: float, high: float) -> None:
        self._parts, self._low, self._high = parts, low, high
        self._cells: dict[Cell, Occupant] = {}

    def __len__(self) -> int:
        return len(self._cells)

    @property
    def occupants(self) -> list[Occupant]:
        """Those in the cells, in the order in which cells were first taken."""
        return [*self._cells.values()]

    def cell(self, goals: Goals) -> Cell:
        """The cell that scores fall into."""
        width = (self._high - self._low) / self._parts
        places = (int((min(max(g, self._low), self._high) - self._low) / width) for g in goals)
        return tuple(min(place, self._parts - 1) for place in places)

    def add(self, candidate: Candidate, outcome: Outcome) -> None:
        """Take one in that was scored, if its cell is empty or it is better than who is there."""
        cell = self.cell(outcome.objectives[1:])
        there = self._cells.get(cell)
        if there is None or merit(outcome) > merit(there.outcome):
            self._cells[cell] = Occupant(candidate, outcome)
