"""What the score of an item can be: without limits nothing can be said of a mean."""

from __future__ import annotations

import math
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
    assumed: bool = False
    """Whether nothing says so but that most scores are like this."""

    def clip(self, score: float) -> float:
        """The nearest score on the scale."""
        return min(max(score, self.low), self.high)


BINARY = Scale(0.0, 1.0, binary=True)

ASSUMED = Scale(0.0, 1.0, assumed=True)
"""Of a judgement of which nothing is known. Where a model scores beyond it, it must be declared."""

NATS_PER_BYTE = Scale(-math.log(256), 0.0)
"""Log-likelihoods of bytes: the worst is that of a model which finds all bytes equally likely."""

NATS_PER_TOKEN = Scale(-10.0, 0.0)
"""Mean log-likelihoods of a few tokens: some 20,000 equally likely tokens."""

NATS_PER_WORD = Scale(-20.0, 0.0)
"""Log-likelihoods of words and short answers, of two tokens or so."""
