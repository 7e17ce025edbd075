"""What the score of an item can be: without limits nothing can be said of a mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The least and the largest score of a task's items.

    A mean of scores without limits cannot be tested at all (Bahadur and Savage 1956): whatever was
    seen, one item in a million may cost more than all others gain.
    """

    low: float
    high: float
    binary: bool = False
    """Whether scores are 0 or 1 and nothing between. Of two models that are equally good each wins
    as often as the other then, so that no rare large loss can hide behind many small gains."""

    def clip(self, score: float) -> float:
        """The nearest score on the scale."""
        return min(max(score, self.low), self.high)


BINARY = Scale(0.0, 1.0, binary=True)
