"""An outcome: what an algorithm is told of a candidate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from evomerge.ledger import ItemKey


@dataclass(frozen=True)
class Outcome:
    """How good a candidate was, or why it failed. It has objectives or a failure, never both.

    Raises:
        ValueError: it has both or neither, as many errors as objectives are missing, or a number
            makes no sense.
    """

    objectives: tuple[float, ...] = ()
    """The fitness, then the score at each goal, where the algorithm searches for several. Higher is
    better; estimates, where not all items were asked."""
    errors: tuple[float, ...] = ()
    """The standard error of each objective over draws of the items: 0 where all were asked, and
    infinite where too few were asked to tell. All 0 by default."""
    violation: float = 0.0
    """How far it lies below the floors, added up, 0 or more; 0 where it keeps to all of them."""
    cut: bool = False
    """Whether a race ended early for it: others of its generation were significantly better."""
    scores: Mapping[ItemKey, float] = field(default_factory=dict)
    """What it scored on each item that it was asked."""
    failure: str | None = None
    """Why it has no objectives, if it has none."""

    def __post_init__(self) -> None:
        if bool(self.objectives) == (self.failure is not None):
            raise ValueError("an outcome has objectives, or a failure with its reason; not both")
        if not self.errors:
            object.__setattr__(self, "errors", (0.0,) * len(self.objectives))
        if len(self.errors) != len(self.objectives):
            raise ValueError(f"{len(self.objectives)} objectives, but {len(self.errors)} errors")
        if not all(map(math.isfinite, self.objectives)):
            raise ValueError(
                f"objectives are finite, and these are {self.objectives}; a candidate "
                "without them has a failure"
            )
        if not all(error >= 0 for error in self.errors):
            raise ValueError(f"standard errors are 0 or more, and these are {self.errors}")
        if not 0 <= self.violation < math.inf:
            raise ValueError(f"a violation is 0 or more and finite, and this is {self.violation}")

    @property
    def fitness(self) -> float | None:
        """The first objective; None where it failed."""
        return self.objectives[0] if self.objectives else None
