"""Separable natural evolution strategy (SNES; Wierstra et al. 2014, 1106.4487)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import Field

from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.generational import Generational
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.order import ranks
from evomerge.search.outcome import Outcome

LEAST_STEP = 1e-9
"""Share of a gene's range below which no step falls: an optimum on the edge would make it 0."""


class SnesSettings(AlgorithmSettings):
    """Settings of :class:`Snes`."""

    population: int | None = Field(
        None, ge=2, description="candidates in a generation; 4 + 3 ln(number of genes) by default"
    )
    sigma: float = Field(0.2, gt=0, le=1, description="first step, as a share of a gene's range")


class Snes(Generational):
    """A mean and a step for each coordinate, both moved along the natural gradient.

    Samples that leave the unit cube are put on its surface, and learnt from as they were scored.

    Args:
        problem: its start is the first mean; its further starts, at most half a generation, are a
            part of the first one.
        seed: of its own random generator.
    """

    def __init__(self, problem: Problem, settings: SnesSettings, seed: int) -> None:
        import numpy as np

        n = len(problem.start)
        super().__init__(settings.population or 4 + int(3 * math.log(n)), problem.steady)
        self._generator = np.random.default_rng(seed)
        self._mean, self._sigma = [*problem.start], [settings.sigma] * n
        self._starts = problem.starts[: self._population // 2]
        self._rate = (3 + math.log(n)) / (5 * math.sqrt(n))
        self._utilities = utilities(self._population)

    def _propose(self) -> list[Proposal]:
        drawn = self._generator.standard_normal((self._population, len(self._mean))).tolist()
        proposals = [Proposal(start, "start") for start in self._starts]
        for s in drawn[len(proposals) :]:
            proposals.append(Proposal(tuple(map(_moved, self._mean, self._sigma, s)), "sample"))
        self._starts = ()
        return proposals

    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        utility = [self._utilities[rank] for rank in ranks(outcomes)]
        steps = [self._steps_to(candidate) for candidate in candidates]
        for i, (mean, sigma) in enumerate(zip(self._mean, self._sigma, strict=True)):
            s = [step[i] for step in steps]
            of_mean = math.fsum(u * z for u, z in zip(utility, s, strict=True))
            of_sigma = math.fsum(u * (z * z - 1) for u, z in zip(utility, s, strict=True))
            self._mean[i] = _moved(mean, sigma, of_mean)
            self._sigma[i] = max(sigma * math.exp(self._rate / 2 * of_sigma), LEAST_STEP)

    def _steps_to(self, candidate: Candidate) -> list[float]:
        """How many steps a candidate lies from the mean, for each coordinate.

        One that is a start, or was drawn from an earlier, wider distribution, counts as the
        farthest that would still be drawn from this one (Hansen 2011, 1110.4181).
        """
        s = [
            (x - mean) / sigma
            for x, mean, sigma in zip(candidate.genome, self._mean, self._sigma, strict=True)
        ]
        n, length = len(s), math.hypot(*s)
        farthest = math.sqrt(n) + 2 * n / (n + 2)
        if (self._steady or candidate.operator == "start") and length > farthest:
            return [z * farthest / length for z in s]
        return s

    def mean(self) -> Vector:
        """The mean of the search distribution."""
        return tuple(self._mean)

    def selects(self, count: int) -> int:
        """The better half: the others' utilities are equal."""
        return (count + 1) // 2


def utilities(population: int) -> list[float]:
    """What each rank is worth, best first; they add up to 0 (fitness shaping)."""
    raw = [max(0.0, math.log(population / 2 + 1) - math.log(k + 1)) for k in range(population)]
    return [value / math.fsum(raw) - 1 / population for value in raw]


def _moved(mean: float, sigma: float, s: float) -> float:
    return min(max(mean + sigma * s, 0.0), 1.0)


def make(problem: Problem, settings: SnesSettings, seed: int) -> Snes:
    """SNES from the problem's start."""
    return Snes(problem, settings, seed)


SNES = Kind(
    name="snes",
    summary="samples around a mean, and adapts it and a step for each gene, in time linear in them",
    paper="1106.4487",
    settings=SnesSettings,
    make=make,
    pace="generation",
    across_generations=False,
    begins_around=True,
)
