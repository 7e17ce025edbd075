"""How many of a task's items serve the search, the choice of the winner, and the final test."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from evomerge.recipe.values import Frozen

Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Count = Annotated[int, Field(strict=True, ge=0)]
Size = Count | Share

ROUNDING = 1e-9
"""By how much shares may add up to more than 1: 0.33 + 0.56 + 0.11 do."""


class Splits(Frozen):
    """Which of a task's items serve the search, the choice of the winner, and the final test.

    Sizes are shares (0.4) or counts (200), all three of one kind. A size of 0 keeps the task out
    of that split.
    """

    search: Size = 0.4
    validation: Size = 0.2
    test: Size = 0.4

    @model_validator(mode="after")
    def _check(self) -> Splits:
        sizes = (self.search, self.validation, self.test)
        if any(sizes) and len({type(size) for size in sizes if size}) > 1:
            raise ValueError("give all three as shares (0.4) or all three as counts (200)")
        if self.by_share and sum(sizes) > 1 + ROUNDING:
            raise ValueError(f"the shares add up to {sum(sizes):g}, which is more than 1")
        if not any(sizes):
            raise ValueError("at least one split must have items")
        return self

    @property
    def by_share(self) -> bool:
        """Whether the sizes are shares of the items and not counts."""
        return any(isinstance(s, float) for s in (self.search, self.validation, self.test) if s)
