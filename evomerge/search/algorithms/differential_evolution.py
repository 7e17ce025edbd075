"""Differential evolution that adapts its own parameters (JADE; Zhang and Sanderson 2009)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import Field

from evomerge.search.candidate import Proposal, Vector
from evomerge.search.incumbents import Incumbent, Incumbents
from evomerge.search.kind import AlgorithmSettings, Kind, Problem

FEWEST = 4
"""A challenger is made of its incumbent, one of the best, and the difference of two more."""

SPREAD = 0.1
"""Of the rates that are drawn around their means (eq. 6 and 9)."""

C = 0.1
"""How fast the means follow what succeeded (c in eq. 7 and 10)."""


class DifferentialEvolutionSettings(AlgorithmSettings):
    """Settings of :class:`DifferentialEvolution`."""

    population: int = Field(20, ge=FEWEST, description="candidates in a generation")
    best: float = Field(
        0.1, gt=0, le=1, description="share of the population that leads the others"
    )


class DifferentialEvolution(Incumbents):
    """Current-to-pbest/1/bin, without an archive of the beaten.

    Args:
        problem, seed: see :class:`Incumbents`.
    """

    def __init__(
        self, problem: Problem, settings: DifferentialEvolutionSettings, seed: int
    ) -> None:
        super().__init__(problem, settings.population, seed)
        self._n, self._share = len(problem.start), settings.best
        self._mean_f = self._mean_cr = 0.5
        self._rates: dict[int, tuple[float, float]] = {}
        """F and CR of each member's last challenger."""

    def _sample(self) -> Vector:
        return tuple(self._generator.random(self._n).tolist())

    def _challenger(self, member: int, incumbent: Incumbent) -> Proposal:
        others = [one for one in self._known if one.number != incumbent.number]
        if len(others) < FEWEST - 1:
            return Proposal(self._sample(), "sample", (incumbent.number,))
        ranked = self._best_first()
        leads = ranked[: max(1, round(self._share * len(ranked)))]
        best = leads[int(self._generator.integers(len(leads)))]
        one, two = (others[i] for i in self._generator.choice(len(others), 2, replace=False))
        f, cr = self._rates[member] = self._draw_rates()
        crossed = self._generator.random(self._n) < cr
        crossed[self._generator.integers(self._n)] = True
        x = incumbent.genome
        genome = tuple(
            _inside(x_j + f * (best.genome[j] - x_j) + f * (one.genome[j] - two.genome[j]), x_j)
            if crossed[j]
            else x_j
            for j, x_j in enumerate(x)
        )
        origins = (incumbent.number, best.number, one.number, two.number)
        return Proposal(genome, "difference", origins)

    def _draw_rates(self) -> tuple[float, float]:
        """F from a Cauchy distribution, in (0, 1], and CR from a normal one, in [0, 1]."""
        f = 0.0
        while f <= 0:
            f = self._mean_f + SPREAD * float(self._generator.standard_cauchy())
        cr = self._mean_cr + SPREAD * float(self._generator.standard_normal())
        return min(f, 1.0), min(max(cr, 0.0), 1.0)

    def _won(self, members: Sequence[int]) -> None:
        rates = [self._rates[member] for member in members if member in self._rates]
        if rates:
            fs, crs = zip(*rates, strict=True)
            of_f = math.fsum(f * f for f in fs) / math.fsum(fs)  # Lehmer mean (eq. 11)
            self._mean_f += C * (of_f - self._mean_f)
            self._mean_cr += C * (math.fsum(crs) / len(crs) - self._mean_cr)


def _inside(v: float, x: float) -> float:
    """Half way from the incumbent to the edge that was crossed."""
    return x / 2 if v < 0 else (1 + x) / 2 if v > 1 else v


def make(
    problem: Problem, settings: DifferentialEvolutionSettings, seed: int
) -> DifferentialEvolution:
    """Differential evolution from the problem's starts, and uniform draws."""
    return DifferentialEvolution(problem, settings, seed)


DIFFERENTIAL_EVOLUTION = Kind(
    name="differential-evolution",
    summary="adds differences of its members to them, and keeps what is better",
    paper="Zhang and Sanderson 2009",
    settings=DifferentialEvolutionSettings,
    make=make,
    pace="generation",
    across_generations=True,
)
