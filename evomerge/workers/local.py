"""One worker in this process, on all its cores: the default, and the fastest on one machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import torch

from evomerge.cores import Cores
from evomerge.weights import Parent
from evomerge.workers.evaluator import Evaluator
from evomerge.workers.protocol import Answer, Job


class LocalWorkers:
    """A single in-process worker.

    Args:
        parents: all parents that jobs may draw on, by name.
        tokenizer: their tokenizer.
        cores: threads to use; all available ones by default.
    """

    capacity = 1

    def __init__(
        self,
        parents: Mapping[str, Parent],
        tokenizer: Any,
        device: torch.device,
        cores: int | None = None,
    ) -> None:
        self._arguments = (parents, tokenizer)
        self._device, self._cores = device, Cores.on(device, cores)
        self._job: Job | None = None

    def submit(self, job: Job) -> None:
        """Take a job; it is evaluated when its answer is collected."""
        if self._job is not None:
            raise RuntimeError("a local worker takes one job at a time")
        self._job = job

    def collect(self, checkpoint: Callable[[], None]) -> Answer:
        """Evaluate the job that was submitted."""
        if self._job is None:
            raise RuntimeError("no job was submitted")
        job, self._job = self._job, None
        return self._evaluator.evaluate(job, checkpoint)

    def __enter__(self) -> Self:
        self._cores.__enter__()
        self._evaluator = Evaluator(*self._arguments, self._cores, self._device, "local")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cores.__exit__(kind, error, trace)
