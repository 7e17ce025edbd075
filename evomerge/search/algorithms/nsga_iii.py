"""NSGA-III (Deb and Jain 2014) by the package pymoo: a front that is spread along directions."""

from __future__ import annotations

from evomerge.search.algorithm import Algorithm
from evomerge.search.algorithms.nsga_ii import NsgaIiSettings
from evomerge.search.kind import Kind, Problem


class NsgaIiiSettings(NsgaIiSettings):
    """Settings of NSGA-III: those of NSGA-II."""


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
