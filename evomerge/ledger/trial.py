"""A trial: one recipe scored on one split, with every item's score, its cost, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from evomerge.ledger.score import ItemScore


class State(StrEnum):
    """How a trial ended."""

    SCORED = "scored"
    FAILED = "failed"
    PRUNED = "pruned"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Cost:
    """What an evaluation took."""

    merge_s: float = 0.0
    forward_s: float = 0.0
    other_s: float = 0.0
    """Everything else of its wall time."""
    tokens: int = 0
    energy_j: float | None = None
    """Joules that its device took meanwhile; None where the device does not tell."""

    @property
    def wall_s(self) -> float:
        """All of its wall time."""
        return self.merge_s + self.forward_s + self.other_s

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.merge_s + other.merge_s,
            self.forward_s + other.forward_s,
            self.other_s + other.other_s,
            self.tokens + other.tokens,
            _sum(self.energy_j, other.energy_j),
        )

    def __mul__(self, share: float) -> Cost:
        seconds = (self.merge_s * share, self.forward_s * share, self.other_s * share)
        energy_j = None if self.energy_j is None else self.energy_j * share
        return Cost(*seconds, round(self.tokens * share), energy_j)


def _sum(one: float | None, other: float | None) -> float | None:
    """Of what is known."""
    known = [joules for joules in (one, other) if joules is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class Place:
    """Where in the search a candidate was asked for."""

    cycle: int
    generation: int
    position: int


@dataclass(frozen=True)
class Trial:
    """One recipe scored on the items of one split."""

    digest: str
    """Names the weights; see :func:`evomerge.recipe.digest`."""
    split: str
    recipe: Mapping[str, Any]
    state: State
    reason: str = ""
    """Why, unless it was scored."""
    fitness: float | None = None
    """All tasks in one number, higher is better; an estimate where some items were not asked.
    None for one that failed or was cancelled."""
    violation: float = 0.0
    """How far it lies below the floors of tasks, added up; 0 where it keeps to all of them."""
    task_means: Mapping[str, float] = field(default_factory=dict)
    """Estimates where some items were not asked."""
    items: int = 0
    """How many of the split's items it was scored on."""
    scores: Sequence[ItemScore] = ()
    cost: Cost = field(default_factory=Cost)
    place: Place | None = None
    """None for what the search did not ask for: parents, the uniform merge, re-scorings."""

    @property
    def cut(self) -> bool:
        """Whether a race ended early for it."""
        return self.state is State.PRUNED
