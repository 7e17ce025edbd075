"""What a search algorithm is: ask it for vectors, tell it how good they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

Vector = tuple[float, ...]
"""A genome, shape (n,), each coordinate in [0, 1]."""


class Algorithm(Protocol):
    """Proposes genomes, and learns from their fitness.

    An algorithm is a function of its history: made anew with the same arguments, and asked and told
    the same again, it proposes the same.
    """

    @property
    def population(self) -> int:
        """How many genomes a generation has."""
        ...

    def ask(self) -> list[Vector]:
        """The genomes of the next generation."""
        ...

    def tell(self, fitness: Sequence[float | None]) -> None:
        """How good the genomes asked for last were, in their order.

        Args:
            fitness: higher is better; None for one that failed, which ranks last. Where all
                failed, nothing is learnt.
        """
        ...

    def mean(self) -> Vector | None:
        """The middle of where the search looks now, if it has one."""
        ...
