"""NSGA-II (Deb et al. 2002) by the package pymoo: a front that is spread by crowding distance."""

from __future__ import annotations

from pydantic import Field

from evomerge.search.algorithm import Algorithm
from evomerge.search.kind import AlgorithmSettings, Kind, Problem


class NsgaIiSettings(AlgorithmSettings):
    """Settings of NSGA-II."""

    population: int = Field(20, ge=4, description="candidates in a generation, and kept after it")
    eta_crossover: float = Field(
        15.0, ge=0, description="of simulated binary crossover: higher stays nearer to the parents"
    )
    eta_mutation: float = Field(
        20.0, ge=0, description="of polynomial mutation: higher stays nearer to the genome"
    )


def make(problem: Problem, settings: NsgaIiSettings, seed: int) -> Algorithm:
    """NSGA-II from the problem's starts and uniform draws."""
    from evomerge.search.genetic import nsga_ii

    return nsga_ii(problem, settings, seed)


NSGA_II = Kind(
    name="nsga-ii",
    summary="crosses and mutates a population, and keeps those that few dominate, spread along the "
    "front",
    paper="Deb et al. 2002",
    settings=NsgaIiSettings,
    make=make,
    pace="generation",
    across_generations=True,
    goals=(2, None),
    all_items=True,
)
