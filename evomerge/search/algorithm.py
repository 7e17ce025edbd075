"""What a search algorithm is: ask it for candidates, tell it how good they were."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from evomerge.search.candidate import Candidate, Vector
from evomerge.search.outcome import Outcome


class Algorithm(ABC):
    """Proposes candidates, and learns from their outcomes.

    An algorithm is a function of its history: made anew with the same arguments, and asked and told
    the same again in the same order, it proposes the same. It draws from no global generator.
    Write one on :class:`evomerge.search.generational.Generational` or
    :class:`evomerge.search.steady.Steady`, which number candidates and check what is told.
    """

    @property
    @abstractmethod
    def population(self) -> int:
        """How many candidates make a generation, or are best asked for at a time."""

    @abstractmethod
    def ask(self, count: int) -> list[Candidate]:
        """The next candidates.

        Args:
            count: how many at most, 1 or more.

        Returns:
            Fewer than `count`, or none, where it waits to be told of candidates in flight or has
            finished. With none in flight it gives one at least, unless it has finished.

        Raises:
            ValueError: the count is less than 1.
        """

    @abstractmethod
    def tell(self, candidate: Candidate, outcome: Outcome) -> None:
        """How good a candidate was: in any order, once each.

        Raises:
            ValueError: the candidate was not asked for, or told of already.
        """

    def finished(self) -> str | None:
        """Why it begins nothing more, if it does not: what it has begun is still told."""
        return None

    def mean(self) -> Vector | None:
        """The middle of where the search looks now, if it has one."""
        return None

    def kept(self) -> Sequence[int] | None:
        """The numbers of the candidates in its archive of niches, those worth most first.

        They are the run's finalists. None where it has no such archive: then the fittest are, or
        the front of several goals.
        """
        return None

    def selects(self, count: int) -> int:
        """How many of `count` candidates of a generation it selects: 1 to `count`.

        A race may end early for the others, so their estimates are less sure. All by default.
        """
        return count
