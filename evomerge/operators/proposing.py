"""Formulas proposed: drawn or bred until one is new and has the properties that are wanted."""

from __future__ import annotations

from collections.abc import Callable

from evomerge.formulas.space import TENSOR
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import Tree
from evomerge.operators.canonical import canonical
from evomerge.operators.chance import Chance
from evomerge.operators.growing import grown
from evomerge.operators.variation import crossed, mutated
from evomerge.operators.wanted import WantedFormula

TRIES = 60
"""Formulas that are looked at for one that is proposed; a look takes some 10 ms."""
CROSSED = 0.5
"""How often a child has a part of a second parent before it is mutated or not."""
MUTATED = 0.7
"""How often a child is mutated; one that was not crossed always is."""


class Proposing:
    """Proposes formulas, none of them twice.

    Args:
        seed: of all its chance.
    """

    def __init__(self, wanted: WantedFormula, seed: int) -> None:
        self._wanted, self._seed = wanted, seed
        self._known: set[str] = set()

    def note(self, tree: Tree) -> None:
        """Take a formula for known."""
        self._known.add(text_of(canonical(tree)))

    def sample(self, number: int) -> Tree | None:
        """A formula drawn at random; None where none is found.

        Args:
            number: of the candidate that it is for.
        """
        space = self._wanted.space
        return self._first(
            "sample", number, lambda chance: grown(space, TENSOR, space.words, chance)
        )

    def child(self, number: int, a: Tree, b: Tree) -> Tree | None:
        """A formula bred from two; None where none is found that is new."""
        space = self._wanted.space

        def bred(chance: Chance) -> Tree:
            cross = chance.share() < CROSSED
            made = crossed(space, a, b, chance) if cross else a
            change = not cross or chance.share() < MUTATED
            return mutated(space, made, chance) if change else made

        return self._first("child", number, bred)

    def _first(self, what: str, number: int, make: Callable[[Chance], Tree]) -> Tree | None:
        chance = Chance(self._seed, what, number)
        for _ in range(TRIES):
            tree = make(chance)
            text = text_of(canonical(tree))
            if text not in self._known:
                self._known.add(text)
                if self._wanted.admits(tree):
                    return tree
        return None
