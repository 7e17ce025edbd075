"""What is in flight: candidates that were asked for, and not told of yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evomerge.search.candidate import Candidate


class Flight:
    """The candidates in flight: asked for, and not told of yet."""

    def __init__(self) -> None:
        self._candidates: dict[int, Candidate] = {}

    def __len__(self) -> int:
        return len(self._candidates)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._candidates.values())

    def add(self, candidates: Sequence[Candidate]) -> None:
        """Note those that were asked for."""
        self._candidates.update({candidate.number: candidate for candidate in candidates})

    def remove(self, candidate: Candidate) -> None:
        """Note one that was told of.

        Raises:
            ValueError: it is not in flight.
        """
        if self._candidates.get(candidate.number) != candidate:
            raise ValueError(
                f"candidate {candidate.number} was not asked for, or was told of already; in "
                f"flight are {sorted(self._candidates)}"
            )
        del self._candidates[candidate.number]


def check_count(count: int) -> None:
    """Check how many candidates are asked for.

    Raises:
        ValueError: fewer than 1.
    """
    if count < 1:
        raise ValueError(f"ask for 1 candidate or more, not {count}")
