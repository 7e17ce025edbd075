"""What a rail decides, and its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What becomes of the run; later ones are graver."""

    GO_ON = "go on"
    PAUSE = "pause"
    """It ends, and goes on if a person says so."""
    STOP = "stop"
    """It ends, and nobody can have it go on."""


@dataclass(frozen=True)
class Decision:
    """What a rail makes of what it has watched."""

    action: Action
    value: float = 0.0
    """What was seen; in the unit of the threshold."""
    threshold: float = 0.0
    """What it was held against."""
    sentence: str = ""
    """The evidence in words, with the numbers that it rests on."""

    @property
    def excess(self) -> float:
        """How far beyond the threshold, as a multiple of it: to compare decisions of one rail."""
        return abs(self.value - self.threshold) / (abs(self.threshold) or 1.0)


GO_ON = Decision(Action.GO_ON)

_GRAVITY = [*Action]


def gravest(decisions: Iterable[Decision]) -> Decision:
    """The gravest of some decisions of one rail; of equals the farthest beyond its threshold, then
    the first.
    """
    return max(decisions, key=lambda one: (_GRAVITY.index(one.action), one.excess), default=GO_ON)
