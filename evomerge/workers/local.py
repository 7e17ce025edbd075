"""One worker in this process, on all its cores: the default, and the fastest on one machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.engine.kind import EngineKind
from evomerge.engine.registry import DEFAULT
from evomerge.weights import Parent
from evomerge.workers.evaluator import Evaluator
from evomerge.workers.protocol import Answer, Job, Present
from evomerge.workers.rules import Rules


class LocalWorkers:
    """A single in-process worker.

    Args:
        device: by default the GPU if there is one.
        cores: threads to use; all available ones by default.
        engine: what answers.
    """

    rules = Rules()
    present = Present(1)

    def __init__(
        self,
        device: torch.device | None = None,
        *,
        cores: int | None = None,
        engine: EngineKind = DEFAULT,
    ) -> None:
        self.device = choose_device(None) if device is None else device
        self.engine = engine
        self._count = cores
        self._parents: tuple[Mapping[str, Parent], Any] = ({}, None)
        self._job: Job | None = None

    def for_parents(self, parents: Mapping[str, Parent], tokenizer: Any) -> LocalWorkers:
        """The same worker, for certain parents."""
        other = LocalWorkers(self.device, cores=self._count, engine=self.engine)
        other._parents = (parents, tokenizer)
        return other

    def submit(self, job: Job) -> None:
        """Take a job; it is evaluated when its answer is collected."""
        if self._job is not None:
            raise RuntimeError("a local worker takes one job at a time")
        self._job = job

    def end(self, key: int) -> None:
        """Forget the job."""
        self._job = None

    def collect(self, checkpoint: Callable[[], None]) -> Answer:
        """Evaluate the job that was submitted."""
        if self._job is None:
            raise RuntimeError("no job was submitted")
        job, self._job = self._job, None
        return self._evaluator.evaluate(job, checkpoint)

    def __enter__(self) -> Self:
        self._cores = Cores.on(self.device, self._count)
        self._cores.__enter__()
        where = (self.device,)
        self._evaluator = Evaluator(*self._parents, self._cores, where, self.engine, "local")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._job = None
        self._evaluator.close()
        self._cores.__exit__(kind, error, trace)
