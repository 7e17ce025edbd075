"""What a model scored when it was first asked search items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from evomerge.ledger import Part, State


@dataclass(frozen=True)
class FirstScores:
    """The first scores of a model that a winner is measured against, by its own part."""

    items: int = 0
    task_means: Mapping[str, float] = field(default_factory=dict)
    """The mean score at each task, by the weights of its items."""
    reason: str = ""
    """Why it failed, if it did."""

    @classmethod
    def of(cls, part: Part) -> Self:
        """What a part says of its model."""
        if part.state is not State.SCORED:
            return cls(reason=part.reason or part.state.value)
        weights: dict[str, float] = {}
        totals: dict[str, float] = {}
        for score in part.scores:
            weights[score.task] = weights.get(score.task, 0.0) + score.weight
            totals[score.task] = totals.get(score.task, 0.0) + score.weight * score.value
        means = {task: total / weights[task] for task, total in totals.items() if weights[task]}
        return cls(len(part.scores), means)
