"""The elites: the best that a search has found so far."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.search.order import best_first


@dataclass(frozen=True)
class Elite:
    """A recipe worth keeping; compared by :mod:`evomerge.search.order`."""

    digest: str
    fitness: float
    violation: float = 0.0
    cut: bool = False
    goals: tuple[float, ...] = ()
    """Its score at each goal, where the search is for several."""


class Archive:
    """The `size` best recipes, each once; of equally good ones those that came first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._elites: dict[str, Elite] = {}

    def add(self, elite: Elite) -> None:
        """Take an elite in, if it is good enough."""
        if elite.digest not in self._elites:
            best = best_first([*self._elites.values(), elite])[: self._size]
            self._elites = {kept.digest: kept for kept in best}

    def best(self) -> list[Elite]:
        """The elites, best first."""
        return [*self._elites.values()]

    def __contains__(self, digest: str) -> bool:
        return digest in self._elites
