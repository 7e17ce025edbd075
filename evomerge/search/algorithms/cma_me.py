"""CMA-ME (Fontaine et al. 2020, 1912.02400) by the package ribs, the one file that knows it."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.outcome import Outcome
from evomerge.search.steady import Steady

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


@dataclass
class _Emitter:
    """A strategy of ribs', and what becomes of the candidates that it has drawn."""

    strategy: Any
    drawn: np.ndarray | None = None
    """Shape (population, n); None once all of them are learnt from."""
    told: dict[int, tuple[Candidate, Outcome]] = field(default_factory=dict)
    """By place among the drawn."""


class CmaMe(Steady):
    """Evolution strategies that each look for what a grid over the goals gains by.

    A strategy prefers candidates that take an empty cell, then those that are fitter than who is in
    theirs; where none of a population does, it begins anew from somebody in the grid. What violates
    floors is kept out of the grid. Candidates that leave the unit cube are put on its surface.
    """

    def __init__(self, problem: Problem, settings: CmaMeSettings, seed: int) -> None:
        from ribs.archives import GridArchive
        from ribs.emitters import EvolutionStrategyEmitter

        n = len(problem.start)
        population = settings.population or 4 + int(3 * math.log(n))
        super().__init__(population)
        self._goals = problem.goals
        self._grid = GridArchive(
            solution_dim=n,
            dims=[settings.cells] * problem.goals,
            ranges=[(settings.low, settings.high)] * problem.goals,
            seed=seed,
        )
        starts = [problem.start, *problem.starts]
        self._emitters = [
            _Emitter(
                EvolutionStrategyEmitter(
                    self._grid,
                    x0=starts[number % len(starts)],
                    sigma0=settings.sigma,
                    ranker="2imp",
                    batch_size=population,
                    seed=(seed, number + 1),
                )
            )
            for number in range(settings.emitters)
        ]
        self._left: deque[tuple[_Emitter, int, Vector]] = deque()
        """What is drawn and not asked for yet: of whom, its place, its genome."""
        self._of: dict[int, tuple[_Emitter, int]] = {}
        """By number, whose a candidate in flight is, and its place."""

    def _propose(self) -> Proposal | None:
        if not self._left:
            self._draw()
        if not self._left:
            return None
        emitter, place, genome = self._left.popleft()
        self._of[self._asked] = emitter, place
        return Proposal(genome, "sample")

    def _draw(self) -> None:
        """Have the next strategy draw that waits for no outcome; they take turns."""
        import numpy as np

        free = next((one for one in self._emitters if one.drawn is None), None)
        if free is None:
            return
        self._emitters.remove(free)
        self._emitters.append(free)
        free.drawn = np.clip(free.strategy.ask(), 0.0, 1.0)
        for place, x in enumerate(free.drawn):
            self._left.append((free, place, tuple(x.tolist())))

    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        emitter, place = self._of.pop(candidate.number)
        emitter.told[place] = candidate, outcome
        if len(emitter.told) == self.population:
            self._conclude(emitter)

    def _conclude(self, emitter: _Emitter) -> None:
        """Fill the grid with a population, and tell its strategy what that gained."""
        import numpy as np

        outcomes = [emitter.told[place][1] for place in range(self.population)]
        drawn, emitter.drawn = emitter.drawn, None
        emitter.told.clear()
        assert drawn is not None
        sound = [i for i, one in enumerate(outcomes) if one.objectives and not one.violation]
        objective = np.array([one.fitness or 0.0 for one in outcomes])
        nowhere = (0.0,) * self._goals  # of what failed, which nobody reads
        measures = np.array([one.objectives[1:] or nowhere for one in outcomes])
        status, value = np.zeros(self.population, np.int32), _below(outcomes)
        if sound:
            added = self._grid.add(drawn[sound], objective[sound], measures[sound])
            status[sound], value[sound] = added["status"], added["value"]
            value += np.where(np.isin(np.arange(len(value)), sound), 0.0, min(value[sound]))
        if not self._grid.empty and any(one.objectives for one in outcomes):
            emitter.strategy.tell(drawn, objective, measures, {"status": status, "value": value})


def _below(outcomes: list[Outcome]) -> np.ndarray:
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
