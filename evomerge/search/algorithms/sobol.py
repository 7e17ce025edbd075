"""Sobol' points (Sobol' 1967), which fill the cube more evenly than chance does."""

from __future__ import annotations

from pydantic import Field

from evomerge.search.candidate import Candidate, Proposal
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.outcome import Outcome
from evomerge.search.steady import Steady


class SobolSettings(AlgorithmSettings):
    """Settings of :class:`Sobol`."""

    population: int = Field(8, ge=2, description="candidates that are compared with each other")


class Sobol(Steady):
    """Proposes the points of a scrambled Sobol' sequence, and learns nothing.

    Args:
        n: number of coordinates; SciPy has sequences of up to 21,201.
        seed: of its own scrambling.
    """

    def __init__(self, n: int, settings: SobolSettings, seed: int) -> None:
        import numpy as np
        from scipy.stats import qmc

        super().__init__(settings.population)
        self._sequence = qmc.Sobol(n, rng=np.random.default_rng(seed))

    def _propose(self) -> Proposal:
        return Proposal(tuple(self._sequence.random()[0].tolist()), "sample")

    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        pass

    def selects(self, count: int) -> int:
        """The better half, which elites come from."""
        return max(1, count // 2)


def make(problem: Problem, settings: SobolSettings, seed: int) -> Sobol:
    """A sequence over the problem's coordinates."""
    return Sobol(len(problem.start), settings, seed)


SOBOL = Kind(
    name="sobol",
    summary="fills the space evenly, whatever it is told; the best baseline for very few genes",
    paper="Sobol' 1967",
    settings=SobolSettings,
    make=make,
    pace="steady",
    across_generations=False,
    learns=False,
)
