"""What formulas a search is for, and where in its genomes they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evomerge.formulas.space import FormulaSpace
from evomerge.formulas.tree import Tree
from evomerge.operators.properties import properties_of


@dataclass(frozen=True)
class WantedFormula:
    """The formulas of a search."""

    space: FormulaSpace
    values: tuple[float, ...] = ()
    """The value of each of the space's parameters, by which a formula is tried."""
    itself: bool = True
    """Whether of one model a formula is to make that model."""
    first: int = 0
    """The number of the genome's coordinate that is its first word."""

    @property
    def coordinates(self) -> slice:
        """Those of a genome."""
        return slice(self.first, self.first + self.space.words)

    def of(self, genome: Sequence[float]) -> Tree:
        """The formula of a genome, shape (n,)."""
        return self.space.decode(genome[self.coordinates])

    def put(self, tree: Tree, genome: Sequence[float]) -> tuple[float, ...]:
        """The genome, shape (n,), with another formula."""
        changed = [*genome]
        changed[self.coordinates] = self.space.encode(tree)
        return tuple(changed)

    def admits(self, tree: Tree) -> bool:
        """Whether a formula has the properties that are wanted of it."""
        each = zip(self.space.parameters, self.values, strict=True)
        found = properties_of(tree, {name: (value, own) for (name, own), value in each})
        return found.sound and (found.itself or not self.itself)
