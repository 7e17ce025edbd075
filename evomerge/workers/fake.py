"""Workers without models, for tests of everything around them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import torch

from evomerge.engine.fake import FAKE
from evomerge.weights import Parent
from evomerge.workers.protocol import Answer, Job, Lost, Present
from evomerge.workers.rules import Rules


class FakeWorkers:
    """Answers with what a function makes of each job, in an order that tests choose.

    Args:
        answer: makes the answer to a job, or says that it is lost; None where it takes for ever.
        capacity: how many jobs can be under way at once.
        newest_first: whether jobs end in the reverse of the order in which they began.
        attempts: how often a job is tried that is lost or ended.
        limit_s: seconds after which one is ended.
    """

    engine = FAKE
    device = torch.device("cpu")

    def __init__(
        self,
        answer: Callable[[Job], Answer | Lost | None],
        capacity: int = 1,
        newest_first: bool = False,
        attempts: int = 1,
        limit_s: float | None = None,
    ) -> None:
        self.rules = Rules(capacity, attempts, limit_s)
        self.submitted: list[Job] = []
        self.ended: list[int] = []
        self._answer, self._newest_first = answer, newest_first
        self._under_way: deque[Job] = deque()
        self.present = Present(capacity)

    def for_parents(self, parents: Mapping[str, Parent], tokenizer: Any) -> Self:
        """The same workers: they have no use for parents."""
        return self

    def submit(self, job: Job) -> None:
        """Take a job."""
        if len(self._under_way) >= self.rules.capacity:
            raise RuntimeError(f"at most {self.rules.capacity} jobs at once")
        self.submitted.append(job)
        self._under_way.append(job)

    def end(self, key: int) -> None:
        """Forget a job."""
        self.ended.append(key)
        self._under_way = deque(job for job in self._under_way if job.key != key)

    def collect(self, checkpoint: Callable[[], None]) -> Answer | Lost | None:
        """Answer one of the jobs under way."""
        checkpoint()
        job = self._under_way.pop() if self._newest_first else self._under_way.popleft()
        said = self._answer(job)
        if said is None:
            self._under_way.append(job)
        return said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._under_way.clear()
