"""Random search: uniform in the unit cube. The baseline that a search must beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evomerge.search.algorithm import Vector
from evomerge.search.turns import Turns


class RandomSearch(Turns):
    """Draws genomes uniformly and learns nothing.

    Args:
        n: number of coordinates.
        population: genomes in a generation.
        seed: of its own random generator.
    """

    def __init__(self, n: int, *, population: int = 10, seed: int = 0) -> None:
        super().__init__(population)
        self._n = n
        self._generator = np.random.default_rng(seed)

    def _propose(self) -> list[Vector]:
        drawn = self._generator.random((self._population, self._n))
        return [tuple(map(float, row)) for row in drawn]

    def _learn(self, asked: list[Vector], fitness: Sequence[float | None]) -> None:
        pass
