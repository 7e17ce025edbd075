"""CMA-ES that draws choices from categorical distributions (CatCMA; Hamano et al., 2405.09962)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from evomerge.search.algorithms.cma_es import DEFAULT_POPULATION
from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.categories import Categories
from evomerge.search.gaussian import Gaussian, default_population
from evomerge.search.generational import Generational
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.order import ranks
from evomerge.search.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np


class CatCmaEsSettings(AlgorithmSettings):
    """Settings of :class:`CatCmaEs`."""

    population: int | None = Field(None, ge=2, description=DEFAULT_POPULATION)
    sigma: float = Field(0.2, gt=0, le=1, description="first step, as a share of a gene's range")


class CatCmaEs(Generational):
    """A normal distribution of the numbers and a categorical one of each choice, learnt jointly.

    Both learn from the same ranks; values of a choice have no order. The problem's start is where
    the numbers begin; choices begin uniform. Its further starts, at most half a generation, are a
    part of the first generation.

    Args:
        seed: of its own random generator.
    """

    def __init__(self, problem: Problem, settings: CatCmaEsSettings, seed: int) -> None:
        import numpy as np

        size = settings.population or default_population(len(problem.start))
        super().__init__(size, problem.steady)
        self._generator = np.random.default_rng(seed)
        self._choosing = [i for i, count in enumerate(problem.choices) if count > 1]
        self._numbers = [i for i, count in enumerate(problem.choices) if count <= 1]
        self._starts = problem.starts[: size // 2]
        self._categories: Categories | None = None
        if self._choosing:
            self._categories = Categories([problem.choices[i] for i in self._choosing])
        self._gaussian: Gaussian | None = None
        if self._numbers:
            self._gaussian = Gaussian(
                _part(problem.start, self._numbers),
                (0,) * len(self._numbers),
                sigma=settings.sigma,
                population=size,
                generator=self._generator,
            )
            self._gaussian.inject([_part(start, self._numbers) for start in self._starts])
        self._drawn: dict[tuple[int, int], np.ndarray] = {}
        """By generation and position, the normal points of all that are not learnt from."""

    def _propose(self) -> list[Proposal]:
        genomes = [
            [0.0] * (len(self._choosing) + len(self._numbers)) for _ in range(self._population)
        ]
        if self._gaussian is not None:
            drawn = self._gaussian.draw()
            awaited = [(one.generation, one.position) for one in self._awaited]
            self._drawn = {place: self._drawn[place] for place in awaited}
            self._drawn.update({(self._generations, i): x for i, x in enumerate(drawn)})
            for genome, x in zip(genomes, drawn, strict=True):
                _put(genome, self._numbers, self._gaussian.genome(x))
        if self._categories is not None:
            values = self._categories.draw(self._population, self._generator)
            for row, start in enumerate(self._starts):
                values[row] = self._categories.values(_part(start, self._choosing))
            for genome, row in zip(genomes, values, strict=True):
                _put(genome, self._choosing, self._categories.coordinates(row))
        operators = ["start"] * len(self._starts) + ["sample"] * self._population
        self._starts = ()
        return [
            Proposal(tuple(genome), operator)
            for genome, operator in zip(genomes, operators, strict=False)
        ]

    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        import numpy as np

        ranked = ranks(outcomes)
        if self._gaussian is not None:
            drawn = [self._drawn[one.generation, one.position] for one in candidates]
            self._gaussian.learn(drawn, ranked)
        if self._categories is not None:
            values = [
                self._categories.values(_part(one.genome, self._choosing)) for one in candidates
            ]
            weights = np.array(_weights(len(candidates)))
            self._categories.learn(np.array(values), weights[ranked])

    def mean(self) -> Vector:
        """The middle of the numbers, and the likeliest value of each choice."""
        mean = [0.0] * (len(self._choosing) + len(self._numbers))
        if self._gaussian is not None:
            _put(mean, self._numbers, self._gaussian.mean())
        if self._categories is not None:
            _put(mean, self._choosing, self._categories.coordinates(self._categories.mode()))
        return tuple(mean)

    def selects(self, count: int) -> int:
        """The better half, whose weights are positive."""
        return max(1, count // 2)


def _part(genome: Vector, places: Sequence[int]) -> Vector:
    return tuple(genome[i] for i in places)


def _put(genome: list[float], places: Sequence[int], values: Sequence[float]) -> None:
    for i, value in zip(places, values, strict=True):
        genome[i] = value


def _weights(count: int) -> list[float]:
    """What each rank counts, best first: the positive weights of CMA-ES (1604.00772, eq. 49)."""
    raw = [max(0.0, math.log((count + 1) / 2) - math.log(k + 1)) for k in range(count)]
    total = math.fsum(raw)
    return [value / total for value in raw] if total else [1.0] * count


def make(problem: Problem, settings: CatCmaEsSettings, seed: int) -> CatCmaEs:
    """CatCMA from the problem's start."""
    return CatCmaEs(problem, settings, seed)


CAT_CMA_ES = Kind(
    name="cat-cma-es",
    summary="cma-es for the genes that are numbers, and a distribution over the values of each "
    "that chooses, both learnt from the same ranks",
    paper="2405.09962",
    settings=CatCmaEsSettings,
    make=make,
    pace="generation",
    across_generations=False,
    begins_around=True,
)
