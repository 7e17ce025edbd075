"""CMA-ES (Hansen 2016, 1604.00772) by the package cma, the one file that knows it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np

from evomerge.search.algorithm import Vector
from evomerge.search.turns import Turns

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # cma warns of plotting libraries that it does not need
    import cma

ONE_GENE = 2
"""cma wants two coordinates or more; a single gene gets a companion without effect."""


class CmaEs(Turns):
    """Covariance matrix adaptation in the unit cube.

    Args:
        start: the first mean, shape (n,), in [0, 1]^n.
        sigma: the first step size, as a share of a gene's range.
        population: genomes in a generation; 4 + 3 ln n by default.
        seed: of its own random generator: no global one is touched.
    """

    def __init__(
        self, start: Vector, *, sigma: float = 0.2, population: int | None = None, seed: int = 0
    ) -> None:
        self._n = len(start)
        super().__init__(population or 4 + int(3 * math.log(max(self._n, ONE_GENE))))
        generator = np.random.default_rng(seed)
        padded = [*start] + [0.5] * (ONE_GENE - self._n)
        self._cma = cma.CMAEvolutionStrategy(
            padded,
            sigma,
            {
                "bounds": [0, 1],
                "popsize": self._population,
                "seed": math.nan,
                "randn": lambda *shape: generator.standard_normal(shape),
                "verbose": -9,
            },
        )
        self._sent: list[np.ndarray] = []

    def _propose(self) -> list[Vector]:
        self._sent = self._cma.ask()
        return [self._vector(x) for x in self._sent]

    def _learn(self, asked: list[Vector], fitness: Sequence[float | None]) -> None:
        # cma minimizes, and would give what failed the median rank.
        losses = [-value for value in fitness if value is not None]
        last = max(losses) + 1.0 + abs(max(losses))
        self._cma.tell(self._sent, [last if value is None else -value for value in fitness])

    def mean(self) -> Vector:
        """The mean of the search distribution."""
        return self._vector(self._cma.result.xfavorite)

    def _vector(self, x: np.ndarray) -> Vector:
        return tuple(min(max(float(value), 0.0), 1.0) for value in x[: self._n])
