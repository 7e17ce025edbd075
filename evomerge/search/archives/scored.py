"""Members of an archive that are compared item by item: a genome each, and its scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evomerge.ledger import ItemKey
from evomerge.search.candidate import Candidate
from evomerge.search.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ScoredMember:
    """A candidate that an archive keeps."""

    number: int
    genome: Floats
    """Shape (n,)."""
    fitness: float
    violation: float


class Scored:
    """Candidates with their scores by item. All have the same items, in the first one's order."""

    def __init__(self) -> None:
        self._members: list[ScoredMember] = []
        self._rows: list[Floats] = []
        self._items: tuple[ItemKey, ...] = ()

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[ScoredMember]:
        return iter(self._members)

    def __getitem__(self, place: int) -> ScoredMember:
        return self._members[place]

    @property
    def scores(self) -> Floats:
        """Of each member, item by item; shape (members, items). None is negative: where an item has
        lower scores than 0, they are counted from the lowest of the members'.
        """
        import numpy as np

        scores = np.stack(self._rows)
        scores -= np.minimum(scores.min(axis=0), 0.0)
        return scores

    @property
    def fitness(self) -> Floats:
        """Of each member, shape (members,)."""
        import numpy as np

        return np.array([member.fitness for member in self._members])

    def add(self, candidate: Candidate, outcome: Outcome) -> None:
        """Take in a candidate that was scored.

        Raises:
            ValueError: it was scored on fewer or more items than the others.
            KeyError: it was scored on other items.
        """
        import numpy as np

        assert outcome.fitness is not None
        self._rows.append(self._row(outcome.scores))
        genome = np.fromiter(candidate.genome, float, len(candidate.genome))
        self._members.append(
            ScoredMember(candidate.number, genome, outcome.fitness, outcome.violation)
        )

    def _row(self, scores: Mapping[ItemKey, float]) -> Floats:
        import numpy as np

        if not self._items:
            self._items = tuple(scores)
        if len(scores) != len(self._items):
            raise ValueError(
                f"a candidate was scored on {len(scores)} items, and those before it on "
                f"{len(self._items)}; all are to be scored on the same ones"
            )
        return np.array([scores[item] for item in self._items], dtype=float)

    def remove_worst(self, worth: Floats) -> None:
        """Take out one member: of those that violate floors most, the one that is worth least; of
        equals the least fit, then the one that came last.

        Args:
            worth: of each member, shape (members,).
        """
        keys = [
            (-member.violation, value, member.fitness)
            for member, value in zip(self._members, worth.tolist(), strict=True)
        ]
        worst = min(reversed(range(len(keys))), key=keys.__getitem__)
        del self._members[worst], self._rows[worst]
