"""The front of a search for several goals: all that nothing it has found dominates."""

from __future__ import annotations

from evomerge.search.archives.elites import Elite
from evomerge.search.dominance import dominates
from evomerge.search.hypervolume import spread
from evomerge.search.order import merit


class ParetoArchive:
    """Keeps the whole front, and names the `size` of it that cover most.

    Of those that are equal at each goal the one that came first is kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._front: list[Elite] = []
        self._best: list[Elite] | None = None

    def add(self, elite: Elite) -> None:
        """Take one in, if nothing dominates it or equals it; what it dominates goes out."""
        if any(_is_as_good(kept, elite) for kept in self._front):
            return
        self._front = [kept for kept in self._front if not dominates(elite, kept)] + [elite]
        self._best = None

    def best(self) -> list[Elite]:
        """The fittest first, then those that cover most beyond it."""
        if self._best is None:
            self._best = self._spread()
        return [*self._best]

    def _spread(self) -> list[Elite]:
        if not self._front:
            return []
        fittest = max(range(len(self._front)), key=lambda place: merit(self._front[place]))
        points = [elite.goals for elite in self._front]
        return [self._front[place] for place in spread(points, self._size, fittest)]

    def __contains__(self, digest: str) -> bool:
        return any(elite.digest == digest for elite in self._front)


def _is_as_good(kept: Elite, elite: Elite) -> bool:
    same = kept.goals == elite.goals and kept.violation == elite.violation
    return same or dominates(kept, elite)
