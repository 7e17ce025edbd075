"""CMA-ES with a diagonal covariance (sep-CMA-ES; Ros and Hansen 2008), for thousands of genes."""

from __future__ import annotations

from pydantic import Field

from evomerge.search.algorithms.cma_es import DEFAULT_POPULATION, CmaEs
from evomerge.search.kind import AlgorithmSettings, Kind, Problem


class SepCmaEsSettings(AlgorithmSettings):
    """Settings of sep-CMA-ES."""

    population: int | None = Field(None, ge=2, description=DEFAULT_POPULATION)
    sigma: float = Field(0.2, gt=0, le=1, description="first step, as a share of a gene's range")


def make(problem: Problem, settings: SepCmaEsSettings, seed: int) -> CmaEs:
    """CMA-ES from the problem's start, with a variance for each gene and no covariances."""
    return CmaEs(problem, seed=seed, diagonal=True, **dict(settings))


SEP_CMA_ES = Kind(
    name="sep-cma-es",
    summary="cma-es with a variance for each gene and no covariances, in time and memory linear in "
    "the genes: for thousands of them",
    paper="Ros and Hansen 2008",
    settings=SepCmaEsSettings,
    make=make,
    pace="generation",
    across_generations=False,
    begins_around=True,
)
