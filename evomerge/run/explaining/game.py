"""What is left out of a winner, and what it is then: one kind of factor at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evomerge.recipe import Recipe
from evomerge.run.explaining.explanation import FactorKind
from evomerge.run.explaining.shapley import Coalition


@dataclass(frozen=True)
class Game:
    """Factors that can be left out, each by itself."""

    kind: FactorKind
    factors: tuple[str, ...]
    """Their names."""
    recipes: Callable[[Coalition], Sequence[Recipe]]
    """What the winner is with some of the factors alone, the same values each time. Several
    recipes: their mean."""

    owners: tuple[str | None, ...] = ()
    """Of genes, the parents whose genes they are."""
    one_by_one: bool = False
    """Whether no two factors can be left out at once, so that there are no Shapley values."""

    @property
    def whole(self) -> Coalition:
        """All factors: the winner."""
        return frozenset(range(len(self.factors)))
