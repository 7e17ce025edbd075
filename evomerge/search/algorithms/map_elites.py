"""MAP-Elites (Mouret and Clune 2015, 1504.04909) over the goals, as CycleQD does (2410.14735)."""

from __future__ import annotations

from collections import deque

from pydantic import Field, model_validator

from evomerge.search.archives.grid import NicheGrid
from evomerge.search.candidate import Candidate, Proposal
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.outcome import Outcome
from evomerge.search.steady import Steady

PARENTS = 2
"""Occupants that a genome is made from."""


class MapElitesSettings(AlgorithmSettings):
    """Settings of :class:`MapElites`."""

    population: int = Field(8, ge=2, description="candidates that are best asked for at a time")
    draws: int = Field(16, ge=2, description="uniform draws to begin with, beside the starts")
    cells: int = Field(10, ge=2, le=1000, description="parts of each goal's range")
    low: float = Field(0.0, description="score at a goal where the grid begins")
    high: float = Field(1.0, description="score at a goal where the grid ends")
    sigma_iso: float = Field(0.02, ge=0, le=1, description="mutation of each gene by itself")
    sigma_line: float = Field(
        0.2, ge=0, le=2, description="mutation along the line to another occupant"
    )

    @model_validator(mode="after")
    def _check(self) -> MapElitesSettings:
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g} must be less than high {self.high:g}")
        return self


class MapElites(Steady):
    """Keeps the fittest of each cell of a grid over the goals, and varies occupants.

    A genome is a + sigma_iso N(0, I) + sigma_line (b - a) N(0, 1), with a and b drawn from the
    occupants (Vassiliades and Mouret 2018, 1804.03906, eq. 1).

    Args:
        seed: of its own random generator.
    """

    def __init__(self, problem: Problem, settings: MapElitesSettings, seed: int) -> None:
        import numpy as np

        super().__init__(settings.population)
        self._settings, self._n = settings, len(problem.start)
        self._generator = np.random.default_rng(seed)
        self._grid = NicheGrid(settings.cells, settings.low, settings.high)
        self._starts = deque(problem.starts or (problem.start,))
        self._draws = settings.draws

    def _propose(self) -> Proposal:
        if self._starts:
            return Proposal(self._starts.popleft(), "start")
        if self._draws > 0 or not len(self._grid):
            self._draws -= 1
            return Proposal(tuple(self._generator.random(self._n).tolist()), "sample")
        return self._varied()

    def _varied(self) -> Proposal:
        import numpy as np

        occupants = self._grid.occupants
        drawn = self._generator.integers(len(occupants), size=PARENTS).tolist()
        a, b = (np.array(occupants[place].candidate.genome) for place in drawn)
        noise = self._settings.sigma_iso * self._generator.standard_normal(self._n)
        along = self._settings.sigma_line * self._generator.standard_normal()
        genome = np.clip(a + noise + along * (b - a), 0.0, 1.0).tolist()
        numbers = (occupants[place].candidate.number for place in drawn)
        return Proposal(tuple(genome), "line", tuple(dict.fromkeys(numbers)))

    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        if outcome.failure is None:
            self._grid.add(candidate, outcome)


def make(problem: Problem, settings: MapElitesSettings, seed: int) -> MapElites:
    """MAP-Elites from the problem's starts and uniform draws."""
    return MapElites(problem, settings, seed)


MAP_ELITES = Kind(
    name="map-elites",
    summary="keeps the fittest of each cell of a grid over the goals' scores, and varies them",
    paper="1504.04909",
    settings=MapElitesSettings,
    make=make,
    pace="steady",
    across_generations=True,
    goals=(2, None),
    all_items=True,
)
