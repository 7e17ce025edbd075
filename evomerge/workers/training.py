"""An adapter trained where evaluations run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.errors import EvomergeError, TrialError
from evomerge.ledger import Cost
from evomerge.recipe import Training, recipe_from
from evomerge.training import Adapter, Example
from evomerge.training.order import Trained, versions
from evomerge.training.planned import PlannedAdapter
from evomerge.training.progress import KeptState
from evomerge.weights import Parent
from evomerge.workers.driver import answers
from evomerge.workers.protocol import Job, JobTraining, Workers


def train_by(
    workers: Workers,
    settings: Training,
    examples: Iterable[Example],
    base: Parent,
    tokenizer: Any,
    out: Path,
    *,
    seed: int = 0,
    checkpoint: Callable[[], None] = lambda: None,
    went: Callable[[int], object] = lambda steps: None,
) -> tuple[Adapter, Cost]:
    """Have a worker train an adapter; see :func:`evomerge.training.train`.

    A worker that sees the folder of `out` keeps its state there, and the next goes on with it.
    Elsewhere a training that is stopped, or loses its worker, begins anew.

    Args:
        workers: not opened, or opened for other parents.
        went: told the steps that are done, whenever more of them are kept where this process sees.

    Returns:
        The adapter, and what its last session took.

    Raises:
        Stopped: by the checkpoint, or there is no worker.
        EvomergeError: there is no adapter, and why (TrialError), or the worker has other versions.
    """
    planned = PlannedAdapter.of(settings, examples, base, tokenizer, out, seed, workers.device)
    if (adapter := planned.standing()) is not None:
        return adapter, Cost(0.0, adapter.seconds, 0.0, adapter.tokens)
    with workers.for_parents({base.name: base}, tokenizer) as there:
        (answer,) = answers(there, [_job(planned)], _LookingOn(planned.kept, checkpoint, went))
    if answer.trained is None:
        raise TrialError(answer.reason)
    _require_same_versions(answer.worker, answer.trained)
    return planned.written(answer.trained), answer.cost


def _require_same_versions(worker: str, trained: Trained) -> None:
    if trained.versions != versions():
        raise EvomergeError(
            f"worker {worker} trains with {trained.versions}, and here are {versions()}: an "
            "adapter would be another one each time; install the same there"
        )


@dataclass
class _LookingOn:
    """A checkpoint that also looks how far a training has come."""

    kept: KeptState
    checkpoint: Callable[[], None]
    went: Callable[[int], object]
    steps: int = 0

    def __call__(self) -> None:
        self.checkpoint()
        if (steps := self.kept.steps) > self.steps:
            self.steps = steps
            self.went(steps)


def _job(planned: PlannedAdapter) -> Job:
    name = planned.base.name
    recipe = recipe_from({"merge_method": "passthrough", "models": [{"model": name}]})
    return Job(0, recipe, (), training=JobTraining(planned.order, name, planned.kept))
