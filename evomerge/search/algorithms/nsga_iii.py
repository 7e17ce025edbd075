"""NSGA-III (Deb and Jain 2014) by the package pymoo: a front that is spread along directions."""

from __future__ import annotations

from pydantic import Field

from evomerge.search.algorithm import Algorithm
from evomerge.search.kind import AlgorithmSettings, Kind, Problem


class NsgaIiiSettings(AlgorithmSettings):
    """Settings of NSGA-III."""

    population: int = Field(20, ge=4, description="candidates in a generation, and kept after it")
    eta_crossover: float = Field(
        15.0, ge=0, description="of simulated binary crossover: higher stays nearer to the parents"
    )
    eta_mutation: float = Field(
        20.0, ge=0, description="of polynomial mutation: higher stays nearer to the genome"
    )


def make(problem: Problem, settings: NsgaIiiSettings, seed: int) -> Algorithm:
    """NSGA-III from the problem's starts and uniform draws."""
    from evomerge.search.genetic import nsga_iii

    return nsga_iii(problem, settings, seed)


NSGA_III = Kind(
    name="nsga-iii",
    summary="crosses and mutates a population, and keeps those that few dominate, near to "
    "directions that divide the goals evenly; for three goals and more",
    paper="Deb and Jain 2014",
    settings=NsgaIiiSettings,
    make=make,
    pace="generation",
    across_generations=True,
    goals=(2, None),
    all_items=True,
)
