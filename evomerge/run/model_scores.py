"""What one model scored on a recipe's items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from evomerge.engine.kind import EngineIdentity
from evomerge.ledger import ItemScore
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.score.tasks.term import Term


@dataclass(frozen=True)
class ScoredItem:
    """An item as one model scored on it."""

    item: str
    doc_id: int
    """Its index in the task, as lm-eval counts."""
    score: float | None
    """None where the metric does not count it."""


@dataclass(frozen=True)
class TaskScores:
    """A task as one model scored on it."""

    metric: str
    weight: float
    score: float | None
    """The mean of the items that count; None where none does."""
    items: tuple[ScoredItem, ...]

    @classmethod
    def of(
        cls,
        term: Term,
        items: Sequence[Item],
        scores: Sequence[ItemScore],
        means: Mapping[str, float],
    ) -> Self:
        """The part of a model's scores that is one task's."""
        by_item = {score.key: score.value if score.weight else None for score in scores}
        own = (item for item in items if item.task == term.task)
        scored = tuple(ScoredItem(item.id, item.doc_id, by_item[item.key]) for item in own)
        return cls(term.metric, term.weight, means.get(term.task), scored)


@dataclass(frozen=True)
class ModelScores:
    """A model as it scored on a split of a recipe's items."""

    model: str
    split: str
    engine: EngineIdentity
    """What answered."""
    fitness: float | None
    """None where it is a share of the parents' range."""
    tasks: Mapping[str, TaskScores]
    """By task; those with items on the split."""


def by_task(
    benchmark: Benchmark,
    items: Sequence[Item],
    scores: Sequence[ItemScore],
    means: Mapping[str, float],
) -> dict[str, TaskScores]:
    """A model's scores, task by task."""
    found = {t.task: TaskScores.of(t, items, scores, means) for t in benchmark.terms}
    return {task: scored for task, scored in found.items() if scored.items}
