"""The elites: the best that a search has found so far."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Elite:
    """A recipe worth keeping."""

    digest: str
    fitness: float
    violation: float = 0.0
    """How far it lies below what it has to keep to; who violates less is better, then who is
    fitter (Deb 2000)."""

    @property
    def merit(self) -> tuple[float, float]:
        """What is better is larger."""
        return -self.violation, self.fitness


class Archive:
    """The `size` best recipes, each once; of equally good ones those that came first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._elites: dict[str, Elite] = {}

    def add(self, elite: Elite) -> None:
        """Take an elite in, if it is good enough."""
        if elite.digest in self._elites:
            return
        self._elites[elite.digest] = elite
        if len(self._elites) > self._size:
            # Python's min takes the first of equals: reversed, the latest goes.
            worst = min(reversed(self._elites.values()), key=lambda e: e.merit)
            del self._elites[worst.digest]

    def best(self) -> list[Elite]:
        """The elites, best first."""
        return sorted(self._elites.values(), key=lambda elite: elite.merit, reverse=True)
