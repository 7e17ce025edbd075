"""Base of the algorithms that cross members of an archive, which are compared item by item."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evomerge.search.archives.scored import Scored
from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.crossing import Crossing
from evomerge.search.kind import Problem
from evomerge.search.outcome import Outcome
from evomerge.search.steady import Steady

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PARENTS = 2
"""Members that a child is crossed from."""


class Breeding(Steady):
    """Begins with the problem's starts, and crosses members of its archive from then on.

    Where there are fewer than two starts it begins with uniform draws, as many as the archive has
    places. A child takes the place of what the archive can best do without.

    Args:
        size: members that the archive keeps.
        sigma: of the mutation; see :class:`Crossing`.
        seed: of its own random generator.
    """

    def __init__(
        self, problem: Problem, population: int, size: int, sigma: float, seed: int
    ) -> None:
        import numpy as np

        super().__init__(population)
        self._n, self._size = len(problem.start), size
        self._generator = np.random.default_rng(seed)
        self._crossing = Crossing(problem.choices, problem.depths, sigma)
        self._archive = Scored()
        starts = problem.starts
        if len(starts) < PARENTS:
            starts = (problem.start, *starts)
        self._starts = deque(starts)
        self._draws = 0 if len(problem.starts) >= PARENTS else size - len(starts)

    def _propose(self) -> Proposal:
        if self._starts:
            return Proposal(self._starts.popleft(), "start")
        if self._draws > 0 or len(self._archive) < PARENTS:
            self._draws -= 1
            return Proposal(self._drawn(), "sample")
        a, b = (self._archive[place] for place in self._mates(self._archive))
        genome = self._crossing.child(a.genome, b.genome, self._generator)
        return Proposal(genome, "crossing", (a.number, b.number))

    def _drawn(self) -> Vector:
        genome: list[float] = self._generator.random(self._n).tolist()
        return tuple(genome)

    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        if outcome.failure is not None:
            return
        self._archive.add(candidate, outcome)
        if len(self._archive) > self._size:
            self._archive.remove_worst(self._worth(self._archive))

    def kept(self) -> list[int]:
        """The members of the archive, those worth most first."""
        if not len(self._archive):
            return []
        worth = self._worth(self._archive).tolist()
        order = sorted(range(len(worth)), key=lambda place: -worth[place])
        return [self._archive[place].number for place in order]

    def _pick(self, shares: Floats) -> int:
        """Draw a place in proportion to shares, shape (members,); any where all are 0."""
        total = float(shares.sum())
        p = shares / total if total > 0 else None
        return int(self._generator.choice(len(shares), p=p))

    @abstractmethod
    def _worth(self, archive: Scored) -> Floats:
        """What each member is worth to the archive, shape (members,); two members or more."""

    @abstractmethod
    def _mates(self, archive: Scored) -> Sequence[int]:
        """The places of two members to cross."""
