"""Item scores made by hand, and models whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evomerge.ledger import ItemScore


def scores(
    values: Sequence[float],
    task: str = "t",
    weights: Sequence[float] | None = None,
    ids: Sequence[str] | None = None,
) -> list[ItemScore]:
    """Scores of a task's items; each task has items of its own."""
    weights = weights if weights is not None else [1.0] * len(values)
    names = ids if ids is not None else [f"{task}{i}" for i in range(len(values))]
    return [
        ItemScore(task, name, float(v), float(w))
        for name, v, w in zip(names, values, weights, strict=True)
    ]


def coin(n: int, p: float, seed: int | Sequence[int]) -> np.ndarray:
    """Right answers, each with probability p."""
    return (np.random.default_rng(seed).random(n) < p).astype(float)


def wins_and_losses(wins: int, losses: int, ties: int) -> tuple[list[ItemScore], list[ItemScore]]:
    """Two models' scores with so many items won and lost."""
    return scores([1] * wins + [0] * losses + [1] * ties), scores(
        [0] * wins + [1] * losses + [1] * ties
    )
