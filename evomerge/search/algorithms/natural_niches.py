"""Natural niches (M2N2; Abrantes et al. 2025, 2508.16204): items are food, shared by who solves."""

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


class NaturalNichesSettings(AlgorithmSettings):
    """Settings of :class:`NaturalNiches`."""

    population: int = Field(8, ge=2, description="candidates that are best asked for at a time")
    archive: int = Field(20, ge=2, description="members that are kept and crossed")
    alpha: float = Field(
        1.0, ge=0, le=2, description="how strongly members that solve an item share it; 0: not"
    )
    sigma: float = Field(0.01, ge=0, le=1, description="mutation, as a share of a gene's range")


class NaturalNiches(Breeding):
    """Keeps who solves what few others solve, and crosses members that complete each other."""

    def __init__(self, problem: Problem, settings: NaturalNichesSettings, seed: int) -> None:
        super().__init__(problem, settings.population, settings.archive, settings.sigma, seed)
        self._alpha = settings.alpha

    def _worth(self, archive: Scored) -> Floats:
        worth: Floats = shared(archive.scores, self._alpha).sum(axis=1)
        return worth

    def _mates(self, archive: Scored) -> tuple[int, int]:
        """Draw a by what it is worth, and b by what it is worth to a.

        The probability of b is in proportion to the sum over items j of max(0, F_bj - F_aj), where
        F are the shared scores.
        """
        f = shared(archive.scores, self._alpha)
        a = self._pick(f.sum(axis=1))
        return a, self._pick((f - f[a]).clip(min=0.0).sum(axis=1))


def shared(scores: Floats, alpha: float) -> Floats:
    """Scores as shares of what all members have of an item, shape (members, items).

    With z_j the sum over i of s_ij: F_ij = s_ij / z_j^alpha, and 0 where nobody has any.
    """
    import numpy as np

    z = scores.sum(axis=0)
    return scores / np.where(z > 0, z, 1.0) ** alpha


def make(problem: Problem, settings: NaturalNichesSettings, seed: int) -> NaturalNiches:
    """Natural niches from the problem's starts."""
    return NaturalNiches(problem, settings, seed)


NATURAL_NICHES = Kind(
    name="natural-niches",
    summary="keeps who solves items that few others solve, and crosses those that complete each "
    "other, split at a layer",
    paper="2508.16204",
    settings=NaturalNichesSettings,
    make=make,
    pace="steady",
    across_generations=True,
    all_items=True,
)
