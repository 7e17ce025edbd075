"""Two models' scores on the same items, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evomerge.ledger import ItemScore
from evomerge.score.proof.aggregate import Floats


@dataclass(frozen=True)
class Pairs:
    """The pairs of one task. Equal ones are counted together, and all stand in one order, whatever
    order they were scored or stored in: resampling draws by position.

    Arrays have shape (kinds,).
    """

    task: str
    weights: Floats
    """Of an item in the task's mean."""
    ours: Floats
    theirs: Floats
    counts: Floats
    """Items of each kind."""

    @property
    def items(self) -> int:
        """How many there are."""
        return int(self.counts.sum())

    @property
    def means(self) -> tuple[float, float]:
        """Ours and theirs."""
        weights = self.weights * self.counts
        return (
            float(weights @ self.ours / weights.sum()),
            float(weights @ self.theirs / weights.sum()),
        )

    @property
    def differences(self) -> Floats:
        """What each item adds to the difference of the means, shape (items,)."""
        shares = self.weights / (self.weights @ self.counts)
        return np.repeat(shares * (self.ours - self.theirs), self.counts.astype(int))

    @property
    def extreme(self) -> tuple[float, float]:
        """The better and the worse score of the most unequal pair that one more item could be.

        Where two models tie on an item, scores jump, and a few items do not show how far: then it
        is the best against the worst score of either model, and 1 against 0 if all are alike.
        Where they never do, scores are continuous, and it is the most unequal pair seen.
        """
        pooled = np.concatenate([self.ours, self.theirs])
        if np.all(self.ours != self.theirs):
            most = int(np.argmax(np.abs(self.ours - self.theirs)))
            pooled = np.array([self.ours[most], self.theirs[most]])
        best, worst = float(pooled.max()), float(pooled.min())
        return (best, worst) if best > worst else (max(best, 1.0), min(worst, 0.0))


def pair(ours: Sequence[ItemScore], theirs: Sequence[ItemScore]) -> dict[str, Pairs]:
    """The pairs of every task.

    Raises:
        ValueError: they were not scored on the same items, each once.
    """
    mine = {(score.task, score.item): score for score in ours}
    other = {(score.task, score.item): score for score in theirs}
    once = len(mine) == len(ours) and len(other) == len(theirs)
    if not once or set(mine) != set(other):
        raise ValueError("only offspring scored on the same items, each once, can be compared")
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for key, score in mine.items():
        rows.setdefault(score.task, []).append((score.weight, score.value, other[key].value))
    return {task: _collapse(task, rows[task]) for task in sorted(rows)}


def _collapse(task: str, rows: Sequence[tuple[float, float, float]]) -> Pairs:
    kinds, counts = np.unique(np.array(rows, dtype=float), axis=0, return_counts=True)
    return Pairs(task, kinds[:, 0], kinds[:, 1], kinds[:, 2], counts.astype(float))
