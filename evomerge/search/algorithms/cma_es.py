"""CMA-ES (Hansen 2016, 1604.00772) by the package cma, the one file that knows it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.generational import Generational
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.order import ranks
from evomerge.search.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np

ONE_GENE = 2
"""cma wants two coordinates or more; a single gene gets a companion without effect."""


class CmaEsSettings(AlgorithmSettings):
    """Settings of :class:`CmaEs`."""

    population: int | None = Field(
        None, ge=2, description="candidates in a generation; 4 + 3 ln(number of genes) by default"
    )
    sigma: float = Field(0.2, gt=0, le=1, description="first step, as a share of a gene's range")


class CmaEs(Generational):
    """Covariance matrix adaptation in the unit cube. It learns from ranks alone.

    Args:
        start: the first mean, shape (n,), in [0, 1]^n.
        seed: of its own random generator.
        steady: see :class:`Generational`.
    """

    def __init__(
        self, start: Vector, settings: CmaEsSettings, seed: int, steady: bool = False
    ) -> None:
        self._n = len(start)
        population = settings.population or 4 + int(3 * math.log(max(self._n, ONE_GENE)))
        super().__init__(population, steady)
        self._cma = _strategy(
            [*start] + [0.5] * (ONE_GENE - self._n), settings.sigma, self._population, seed
        )
        self._drawn: dict[tuple[int, int], np.ndarray] = {}
        """By generation and position, of all that are not learnt from."""
        self._has_drawn = False
        """Whether it has drawn since it last learnt, which the package asks for."""

    def _propose(self) -> list[Proposal]:
        drawn, self._has_drawn = self._cma.ask(), True
        awaited = [(one.generation, one.position) for one in self._awaited]
        self._drawn = {place: self._drawn[place] for place in awaited}
        self._drawn.update({(self._generations, i): x for i, x in enumerate(drawn)})
        return [Proposal(self._vector(x), "sample") for x in drawn]

    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        if not self._has_drawn:
            self._cma.ask()
        self._has_drawn = False
        # cma minimizes.
        drawn = [self._drawn[one.generation, one.position] for one in candidates]
        with warnings.catch_warnings():
            # Small populations have mirrored samples, of which some may come late or never.
            warnings.filterwarnings("ignore", message="orphanated injected solution")
            self._cma.tell(drawn, [float(rank) for rank in ranks(outcomes)])

    def mean(self) -> Vector:
        """The mean of the search distribution."""
        return self._vector(self._cma.result.xfavorite)

    def selects(self, count: int) -> int:
        """The better half: mu, the number of positive weights (eq. 49 to 53)."""
        return max(1, count // 2)

    def _vector(self, x: np.ndarray) -> Vector:
        return tuple(min(max(float(value), 0.0), 1.0) for value in x[: self._n])


def _strategy(start: list[float], sigma: float, population: int, seed: int) -> Any:
    """The package's own object, with a generator of its own in the place of NumPy's global one."""
    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cma warns of plotting libraries that it does not need
        import cma

    generator = np.random.default_rng(seed)
    options = {
        "bounds": [0, 1],
        "popsize": population,
        "seed": math.nan,
        "randn": lambda *shape: generator.standard_normal(shape),
        "verbose": -9,
    }
    return cma.CMAEvolutionStrategy(start, sigma, options)


def make(problem: Problem, settings: CmaEsSettings, seed: int) -> CmaEs:
    """CMA-ES from the problem's start."""
    return CmaEs(problem.start, settings, seed, problem.steady)


CMA_ES = Kind(
    name="cma-es",
    summary="samples around a mean, and adapts the mean, the step and its shape to the better half",
    paper="1604.00772",
    settings=CmaEsSettings,
    make=make,
    pace="generation",
    across_generations=False,
    begins_around=True,
)
