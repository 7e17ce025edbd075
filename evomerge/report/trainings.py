"""What a run has trained, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from evomerge.ledger import (
    AdapterTrained,
    BudgetRaised,
    Fact,
    Part,
    TrainingBegan,
    TrainingFailed,
    TrainingWent,
)

AnyTraining: TypeAlias = AdapterTrained | TrainingFailed
HASH = 12
"""Characters of a hash that are shown."""


def after(trainings: Sequence[AnyTraining], what: Fact) -> tuple[AnyTraining, ...]:
    """The trainings since the budget was last raised, once something else has happened."""
    if isinstance(what, BudgetRaised):
        return ()
    if isinstance(what, AnyTraining) and what.cycle >= 0:  # not of a control
        return *trainings, what
    return tuple(trainings)


@dataclass(frozen=True)
class TrainingUnderWay:
    """A training that goes on."""

    began: TrainingBegan
    done: int = 0
    """Steps."""

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return self.done / self.began.steps


def under_way(training: TrainingUnderWay | None, what: Fact) -> TrainingUnderWay | None:
    """The training that goes on, once something else has happened."""
    if isinstance(what, TrainingBegan):
        return TrainingUnderWay(what)
    if isinstance(what, TrainingWent) and training is not None:
        return replace(training, done=what.steps)
    return None if isinstance(what, AnyTraining | Part) else training


def describe_beginning(training: TrainingBegan) -> str:
    """What is being trained, and what it takes."""
    of = f"after cycle {training.cycle}" if training.cycle >= 0 else "for a control"
    return f"{of} an adapter is trained: {training.steps:,} steps on {training.examples:,} items"


def describe_training(training: AnyTraining) -> str:
    """What was trained after a cycle, on what, and what it took; or why nothing was."""
    if isinstance(training, TrainingFailed):
        return f"after cycle {training.cycle} no adapter was trained: {training.reason}"
    cost = training.cost
    return (
        f"after cycle {training.cycle} an adapter of {training.base} was trained on "
        f"{describe_examples(training.examples)}: {training.steps:,} steps, {cost.tokens:,} tokens "
        f"in {cost.wall_s:,.0f} s, loss {training.loss:.3f} at the end ({training.folder}, hash "
        f"{training.weights_sha256[:HASH]})"
    )


def describe_examples(examples: Mapping[str, int]) -> str:
    """How many there were of each origin."""
    parts = [f"{count:,} {origin}" for origin, count in examples.items()]
    return f"{', '.join(parts) or 'no'} items"
