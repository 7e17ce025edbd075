"""A worker without models, for tests of everything around it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from evomerge.workers.protocol import Answer, Job


class FakeWorkers:
    """Answers with what a function makes of each job, in an order that tests choose.

    Args:
        answer: makes the answer to a job.
        capacity: how many jobs can be under way at once.
        newest_first: whether jobs end in the reverse of the order in which they began.
    """

    def __init__(
        self, answer: Callable[[Job], Answer], capacity: int = 1, newest_first: bool = False
    ) -> None:
        self.capacity = capacity
        self.submitted: list[Job] = []
        self._answer, self._newest_first = answer, newest_first
        self._under_way: deque[Job] = deque()

    def submit(self, job: Job) -> None:
        """Take a job."""
        if len(self._under_way) >= self.capacity:
            raise RuntimeError(f"at most {self.capacity} jobs at once")
        self.submitted.append(job)
        self._under_way.append(job)

    def collect(self, checkpoint: Callable[[], None]) -> Answer:
        """Answer one of the jobs under way."""
        checkpoint()
        job = self._under_way.pop() if self._newest_first else self._under_way.popleft()
        return self._answer(job)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._under_way.clear()
