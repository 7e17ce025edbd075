"""Work spread over cores so that its results do not depend on how many there are.

A matrix product split over two threads may round differently from one that is not. So nothing in
evomerge is split inside an operation on the CPU: every tensor merged and every batch scored is one
core's work from beginning to end, and more cores take more tensors and more batches.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from types import TracebackType
from typing import Self, TypeVar

import torch

T = TypeVar("T")
R = TypeVar("R")


def available_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Cores:
    """Threads in each of which torch works on one core.

    Used as a context manager; torch's own thread count is as before when it ends.

    Args:
        count: how many cores; all available ones by default.
    """

    def __init__(self, count: int | None = None) -> None:
        self.count = count or available_cores()

    @classmethod
    def on(cls, device: torch.device, count: int | None = None) -> Self:
        """The cores to drive a device with: a GPU takes one piece of work at a time."""
        return cls(1 if device.type == "cuda" else count)

    def __enter__(self) -> Self:
        self._before = torch.get_num_threads()
        torch.set_num_threads(1)
        self._pool = ThreadPoolExecutor(
            self.count, thread_name_prefix="core", initializer=torch.set_num_threads, initargs=(1,)
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        torch.set_num_threads(self._before)

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """The function's results in the order of the items, of which few are in memory at once."""
        if self.count == 1:
            yield from map(function, items)
            return
        running: deque[Future[R]] = deque()
        try:
            for item in items:
                running.append(self._pool.submit(function, item))
                if len(running) > self.count:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()

    def each(self, function: Callable[[T], object], items: Iterable[T]) -> None:
        """Call the function with every item, in any order; the first error ends it."""
        if self.count == 1:
            for item in items:
                function(item)
            return
        running = [self._pool.submit(function, item) for item in items]
        try:
            for future in as_completed(running):
                future.result()
        finally:
            for future in running:
                future.cancel()
            wait(running)
