"""Independent categorical distributions, moved along the natural gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evomerge.search.candidate import Vector

if TYPE_CHECKING:
    import numpy as np

ALPHA = 0.73
"""Probability that a draw has the likeliest value of every coordinate, once all are as sure as the
margin lets them be (2405.09962)."""

SNR = 1.5
"""How strong a signal must be beside noise for steps to grow (alpha in ASNG)."""


class Categories:
    """How likely each value of each coordinate is, shape (N, largest k).

    Learns with adaptive step (ASNG; Akimoto et al. 2019, 1905.08537) within a margin (CatCMA;
    Hamano et al. 2024, 2405.09962), so that no value ever becomes impossible.

    Args:
        counts: how many values each coordinate has, 2 or more each, shape (N,).
    """

    def __init__(self, counts: Sequence[int]) -> None:
        import numpy as np

        self._counts = np.array(counts)
        self._is_value = np.arange(max(counts)) < self._counts[:, None]
        self.q = self._is_value / self._counts[:, None]
        """The probabilities, of uniform ones at first; 0 where there is no such value."""
        self._margin = (1 - ALPHA ** (1 / len(counts))) / (self._counts - 1)[:, None]
        self._accumulated = np.zeros_like(self.q)
        self._gamma, self._delta = 0.0, 1.0
        """Expected square of what has accumulated if all were noise; how far a step goes."""

    def draw(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Values by chance, shape (count, N)."""
        u = generator.random((count, len(self._counts), 1))
        values: np.ndarray = (u >= self.q.cumsum(axis=1)).sum(axis=2)
        return values.clip(max=self._counts - 1)

    def learn(self, values: np.ndarray, weights: np.ndarray) -> None:
        """Move towards values, shape (m, N), with weights that add up to 1, shape (m,)."""
        import numpy as np

        chosen = values[:, :, None] == np.arange(self.q.shape[1])
        gradient = np.tensordot(weights, chosen, 1) - self.q
        # Its length by the Fisher information of q: sum over values of (gradient^2 / q).
        signal = np.divide(
            gradient, np.sqrt(self.q), out=np.zeros_like(self.q), where=self._is_value
        )
        length = float(np.linalg.norm(signal))
        if not length:
            return
        self.q = self.q + self._delta / length * gradient
        self._adapt(signal / length)
        self._keep_margin()

    def _adapt(self, direction: np.ndarray) -> None:
        """Longer steps while they agree with each other, shorter ones while they do not."""
        parameters = int((self._counts - 1).sum())
        beta = min(self._delta / math.sqrt(parameters), 1.0)
        self._accumulated = (1 - beta) * self._accumulated + math.sqrt(
            beta * (2 - beta)
        ) * direction
        self._gamma = (1 - beta) ** 2 * self._gamma + beta * (2 - beta)
        agreement = float((self._accumulated**2).sum()) / SNR
        self._delta *= math.exp(beta * (agreement - self._gamma))

    def _keep_margin(self) -> None:
        """Every value stays possible, and each row adds up to 1."""
        import numpy as np

        q = np.where(self._is_value, np.maximum(self.q, self._margin), 0.0)
        above = np.where(self._is_value, q - self._margin, 0.0)
        excess = 1 - q.sum(axis=1, keepdims=True)
        self.q = q + excess * above / above.sum(axis=1, keepdims=True)

    def mode(self) -> np.ndarray:
        """The likeliest value of each coordinate, of equals the first; shape (N,)."""
        values: np.ndarray = self.q.argmax(axis=1)
        return values

    def coordinates(self, values: np.ndarray) -> list[float]:
        """The middle of each value's part of [0, 1], shape (N,)."""
        middles: list[float] = ((values + 0.5) / self._counts).tolist()
        return middles

    def values(self, coordinates: Vector) -> np.ndarray:
        """In whose part of [0, 1] each coordinate lies, shape (N,)."""
        import numpy as np

        parts = (np.array(coordinates) * self._counts).astype(int)
        values: np.ndarray = parts.clip(max=self._counts - 1)
        return values
