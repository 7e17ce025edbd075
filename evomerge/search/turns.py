"""Ask and tell take turns, and fitness comes complete: guarded once, for every algorithm."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

from evomerge.search.algorithm import Vector


class Turns(ABC):
    """Base of the algorithms: checks the order of calls, and what is told.

    Args:
        population: genomes in a generation.
    """

    def __init__(self, population: int) -> None:
        self._population = population
        self._asked: list[Vector] | None = None

    @property
    def population(self) -> int:
        """How many genomes a generation has."""
        return self._population

    def ask(self) -> list[Vector]:
        """The genomes of the next generation.

        Raises:
            RuntimeError: the last ones' fitness has not been told.
        """
        if self._asked is not None:
            raise RuntimeError("ask was called twice without a tell in between")
        self._asked = self._propose()
        return list(self._asked)

    def tell(self, fitness: Sequence[float | None]) -> None:
        """How good the genomes asked for last were; see :class:`Algorithm`.

        Raises:
            RuntimeError: nothing was asked.
            ValueError: there are more or fewer values than genomes, or one is NaN.
        """
        if self._asked is None:
            raise RuntimeError("tell was called without an ask before it")
        if len(fitness) != len(self._asked):
            raise ValueError(f"expected {len(self._asked)} fitness values, got {len(fitness)}")
        known = [value for value in fitness if value is not None]
        if any(map(math.isnan, known)):
            raise ValueError("a fitness is NaN; tell None for what failed")
        asked, self._asked = self._asked, None
        if known:
            self._learn(asked, fitness)

    @abstractmethod
    def _propose(self) -> list[Vector]: ...

    @abstractmethod
    def _learn(self, asked: list[Vector], fitness: Sequence[float | None]) -> None: ...

    def mean(self) -> Vector | None:
        """The middle of where the search looks now, if it has one."""
        return None
