"""Random search (Bergstra and Bengio 2012): uniform in the unit cube, the baseline to beat."""

from __future__ import annotations

from pydantic import Field

from evomerge.search.candidate import Candidate, Proposal
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.outcome import Outcome
from evomerge.search.steady import Steady


class RandomSettings(AlgorithmSettings):
    """Settings of :class:`RandomSearch`."""

    population: int = Field(10, ge=2, description="candidates that are compared with each other")


class RandomSearch(Steady):
    """Draws genomes uniformly and learns nothing.

    Args:
        n: number of coordinates.
        seed: of its own random generator.
    """

    def __init__(self, n: int, settings: RandomSettings, seed: int) -> None:
        import numpy as np

        super().__init__(settings.population)
        self._n = n
        self._generator = np.random.default_rng(seed)

    def _propose(self) -> Proposal:
        return Proposal(tuple(map(float, self._generator.random(self._n))), "sample")

    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        pass

    def selects(self, count: int) -> int:
        """The better half, which elites come from."""
        return max(1, count // 2)


def make(problem: Problem, settings: RandomSettings, seed: int) -> RandomSearch:
    """Random search over the problem's coordinates."""
    return RandomSearch(len(problem.start), settings, seed)


RANDOM = Kind(
    name="random",
    summary="draws uniformly; the baseline that a search must beat",
    paper="Bergstra and Bengio 2012",
    settings=RandomSettings,
    make=make,
    pace="steady",
    across_generations=False,
    goals=(0, None),
    learns=False,
)
