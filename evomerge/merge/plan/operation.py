"""How one tensor of an offspring is made: of which tensors, by which settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evomerge.merge.plan.ingredients import Ingredient, Ingredients


@dataclass(frozen=True)
class Operation:
    """How one tensor of the offspring is made."""

    name: str
    inputs: Ingredients
    """None of them: the base's tensor, copied."""
    base: Ingredient | None
    settings: Mapping[str, Any]
    """Every parameter of the method: one value, or one for each input."""
    factor: float = 1.0
    """What the result is multiplied by, in its own type."""
    unrouted: str = ""
    """Its name in the merge whose layers a path runs through; "" where there is no path."""

    @property
    def key(self) -> str:
        """What the result is called but for its factor: once, however often a path has it."""
        return self.unrouted or self.name

    def routed(self, name: str, factor: float) -> Operation:
        """The same at a step of a path, under the name that it has there."""
        return Operation(name, self.inputs, self.base, self.settings, factor, self.name)

    @property
    def ingredients(self) -> list[Ingredient]:
        """All tensors that it takes, the base last."""
        return [*self.inputs, *([self.base] if self.base else [])]
