"""CMA-ME (Fontaine et al. 2020, 1912.02400) by the package ribs, the one file that knows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from evomerge.search.candidate import Candidate, Proposal
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.outcome import Outcome
from evomerge.search.strategies import Strategies

if TYPE_CHECKING:
    import numpy as np


class CmaMeSettings(AlgorithmSettings):
    """Settings of :class:`CmaMe`."""

    population: int | None = Field(
        None, ge=2, description="candidates of an emitter; 4 + 3 ln(number of genes) by default"
    )
    emitters: int = Field(2, ge=1, le=64, description="strategies that fill the grid side by side")
    sigma: float = Field(0.2, gt=0, le=1, description="first step, as a share of a gene's range")
    cells: int = Field(10, ge=2, le=100, description="parts of each goal's range")
    low: float = Field(0.0, description="score at a goal where the grid begins")
    high: float = Field(1.0, description="score at a goal where the grid ends")

    @model_validator(mode="after")
    def _check(self) -> CmaMeSettings:
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g} must be less than high {self.high:g}")
        return self


class CmaMe(Strategies):
    """Evolution strategies that each look for what a grid over the goals gains by.

    A strategy prefers candidates that take an empty cell, then those that are fitter than who is in
    theirs; where none of a population does, it begins anew from somebody in the grid. What violates
    floors is kept out of the grid. Candidates that leave the unit cube are put on its surface.
    """

    def __init__(self, problem: Problem, settings: CmaMeSettings, seed: int) -> None:
        from ribs.archives import GridArchive
        from ribs.emitters import EvolutionStrategyEmitter

        n, starts = len(problem.start), [problem.start, *problem.starts]
        population = settings.population or 4 + int(3 * math.log(n))
        super().__init__(population, settings.emitters, starts)
        self._goals = problem.goals
        self._grid = GridArchive(
            solution_dim=n,
            dims=[settings.cells] * problem.goals,
            ranges=[(settings.low, settings.high)] * problem.goals,
            seed=seed,
        )
        self._emitters = [
            EvolutionStrategyEmitter(
                self._grid,
                x0=starts[number % len(starts)],
                sigma0=settings.sigma,
                ranker="2imp",
                batch_size=population,
                seed=(seed, number + 1),
            )
            for number in range(settings.emitters)
        ]
        self._drawn: dict[int, np.ndarray] = {}
        """Of each emitter the candidates that it drew last, shape (population, n)."""

    def _draw(self, strategy: int) -> list[Proposal]:
        import numpy as np

        drawn = np.clip(self._emitters[strategy].ask(), 0.0, 1.0)
        self._drawn[strategy] = drawn
        return [Proposal(tuple(x), "sample") for x in drawn.tolist()]

    def _begin(self, candidate: Candidate, outcome: Outcome) -> None:
        if outcome.failure is None and not outcome.violation:
            self._grid.add([candidate.genome], [outcome.fitness], [outcome.objectives[1:]])

    def _conclude(self, strategy: int, outcomes: Sequence[Outcome]) -> None:
        """Fill the grid with what was drawn, and tell the strategy what that gained."""
        import numpy as np

        drawn, count = self._drawn[strategy], len(outcomes)
        sound = [i for i, one in enumerate(outcomes) if one.objectives and not one.violation]
        nowhere = (0.0,) * self._goals  # of what failed, which nobody reads
        objective = np.array([one.fitness or 0.0 for one in outcomes])
        measures = np.array([one.objectives[1:] or nowhere for one in outcomes])
        status, value = np.zeros(count, np.int32), _below(outcomes)
        if sound:
            added = self._grid.add(drawn[sound], objective[sound], measures[sound])
            value += float(min(added["value"]))
            status[sound], value[sound] = added["status"], added["value"]
        if not self._grid.empty:
            added = {"status": status, "value": value}
            self._emitters[strategy].tell(drawn, objective, measures, added)


def _below(outcomes: Sequence[Outcome]) -> np.ndarray:
    """How far those that failed or violate floors rank below the others, shape (n,).

    More violation is lower, and what failed is lowest.
    """
    import numpy as np

    most = max((one.violation for one in outcomes), default=0.0)
    return np.array([-1.0 - (one.violation if one.objectives else most + 1.0) for one in outcomes])


def make(problem: Problem, settings: CmaMeSettings, seed: int) -> CmaMe:
    """CMA-ME, a strategy from each of the problem's starts in turn."""
    return CmaMe(problem, settings, seed)


CMA_ME = Kind(
    name="cma-me",
    summary="evolution strategies that look for what fills a grid over the goals' scores",
    paper="1912.02400",
    settings=CmaMeSettings,
    make=make,
    pace="steady",
    across_generations=True,
    goals=(2, 4),
    all_items=True,
)
