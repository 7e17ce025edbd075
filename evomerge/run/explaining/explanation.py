"""What the winner's score is due to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from evomerge.ledger import RankedFinalist

NOISE = 2.0
"""Standard errors within which 19 of 20 effects lie that are none."""


class FactorKind(StrEnum):
    """What can be left out of a winner."""

    PARENT = "parent"
    LAYERS = "layers"
    GENE = "gene"
    STEP = "step"
    """Of a formula: one of its functions."""


@dataclass(frozen=True)
class Effect:
    """A difference in fitness on the validation items."""

    value: float
    """Above 0: the winner is better by it."""
    item_error: float
    """Standard error over items like these, paired."""
    sampling_error: float = 0.0
    """Standard error of having drawn only some orders; 0 where all were taken, NaN where one was
    drawn."""

    @property
    def error(self) -> float:
        """Standard error of both."""
        return math.hypot(self.item_error, self.sampling_error)

    @property
    def is_noise(self) -> bool:
        """Whether it may as well be 0: it is no larger than twice its error."""
        return not abs(self.value) > NOISE * self.error


@dataclass(frozen=True)
class Contribution:
    """What one parent, group of layers, gene or step of a formula is worth."""

    kind: FactorKind
    name: str
    left_out: Effect | None = None
    """By how much the fitness falls without it; None where the budget did not reach it."""
    shapley: Effect | None = None
    """What it adds, averaged over the orders in which the others can be there."""
    of: str | None = None
    """Of a gene, the parent whose gene it is; None where it is one of all."""
    note: str = ""
    """Why something could not be measured, or that it has no effect."""

    @property
    def is_dead(self) -> bool:
        """Whether nothing that was measured of it is more than noise."""
        effects = [effect for effect in (self.left_out, self.shapley) if effect is not None]
        return bool(effects) and all(effect.is_noise for effect in effects)


@dataclass(frozen=True)
class Smaller:
    """The smallest recipe that is within noise of the winner."""

    number: int
    """Its place among the finalists, by which it is promoted."""
    ranked: RankedFinalist
    what: str
    """What it is, in words."""
    parents: int
    genes: int
    """Of its genes, how many have another value than at the start."""
    below: Effect
    """By how much the winner is better."""


@dataclass(frozen=True)
class Explanation:
    """What the winner's score is due to, on validation items."""

    fitness: float
    """The winner's."""
    parents: int
    genes: int
    """The winner's, as of :class:`Smaller`."""
    evaluations: int
    """Recipes that this took, beyond those that the run had scored."""
    budget: int
    contributions: Sequence[Contribution]
    missing: Sequence[str] = ()
    """What could not be taken apart, and why."""
    switched_off: Sequence[str] = ()
    """Parents of the recipe that the winner does without."""
    as_good: Sequence[str] = ()
    """Parents that the winner is no better than, but for noise."""
    smaller: Smaller | None = None
    """None where nothing smaller is as good."""

    @property
    def dead(self) -> list[str]:
        """Parents that contribute nothing, as far as can be told."""
        parents = [c for c in self.contributions if c.kind is FactorKind.PARENT]
        return [c.name for c in parents if c.is_dead]
