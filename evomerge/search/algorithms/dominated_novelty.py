"""Dominated novelty (Bahlous-Boldi et al. 2025, 2502.00593): new next to all that are fitter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from evomerge.search.archives.scored import Scored
from evomerge.search.breeding import Breeding
from evomerge.search.kind import AlgorithmSettings, Kind, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class DominatedNoveltySettings(AlgorithmSettings):
    """Settings of :class:`DominatedNovelty`."""

    population: int = Field(8, ge=2, description="candidates that are best asked for at a time")
    archive: int = Field(20, ge=2, description="members that are kept and crossed")
    nearest: int = Field(3, ge=1, description="fitter members that one is compared with")
    sigma: float = Field(0.01, ge=0, le=1, description="mutation, as a share of a gene's range")


class DominatedNovelty(Breeding):
    """Keeps the fittest, and who solves what those that are fitter and most like it do not."""

    def __init__(self, problem: Problem, settings: DominatedNoveltySettings, seed: int) -> None:
        super().__init__(problem, settings.population, settings.archive, settings.sigma, seed)
        self._nearest = settings.nearest

    def _worth(self, archive: Scored) -> Floats:
        return novelty(archive.scores, archive.fitness, self._nearest)

    def _mates(self, archive: Scored) -> tuple[int, int]:
        """Two different members, each as probable as the others."""
        a, b = self._generator.choice(len(archive), 2, replace=False).tolist()
        return a, b


def novelty(scores: Floats, fitness: Floats, nearest: int) -> Floats:
    """How far members lie from those that are fitter, shape (members,).

    The distance of i from j is the sum over items of w max(0, s_i - s_j): what i solves and j does
    not. An item weighs w = 1 - its mean score, as a share of the highest, so it counts by how few
    solve it. Novelty is the mean distance from the `nearest` fitter members, or from all there
    are; infinite where none is fitter.

    Args:
        scores: shape (members, items), none negative.
        fitness: shape (members,).
    """
    import numpy as np

    highest = scores.max(axis=0)
    weights = 1.0 - scores.mean(axis=0) / np.where(highest > 0, highest, 1.0)
    found = []
    for own, value in zip(scores, fitness, strict=True):
        fitter = scores[fitness > value]
        distances = np.sort((own - fitter).clip(min=0.0) @ weights)[:nearest]
        found.append(float(distances.mean()) if len(distances) else np.inf)
    return np.array(found)


def make(problem: Problem, settings: DominatedNoveltySettings, seed: int) -> DominatedNovelty:
    """Dominated novelty from the problem's starts."""
    return DominatedNovelty(problem, settings, seed)


DOMINATED_NOVELTY = Kind(
    name="dominated-novelty",
    summary="keeps the fittest and who solves items that fitter ones like it do not, and crosses "
    "them, split at a layer",
    paper="2502.00593",
    settings=DominatedNoveltySettings,
    make=make,
    pace="steady",
    across_generations=True,
    all_items=True,
)
