"""Workers that ended without a word: what they left behind is asked for on their hosts."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from evomerge.workers.cluster.causes import Cause
from evomerge.workers.cluster.messages import JobEnded
from evomerge.workers.cluster.remains import Birth, what_ended

INQUEST_S = 15.0
"""How long to wait for what is found; the host may be gone with the worker."""


class Inquests:
    """Those under way, by the job that the worker did.

    Args:
        when: has something done in the caller's thread when Ray has a result.
        report: says what ended a worker.
    """

    def __init__(
        self,
        when: Callable[[Any, Callable[[Future[Any]], None]], None],
        report: Callable[[JobEnded], None],
    ) -> None:
        self._when, self._report = when, report
        self._under_way: dict[int, tuple[float, Cause]] = {}

    def begin(self, key: int, cause: Cause, birth: Birth) -> None:
        """Ask on a worker's host what ended it."""
        self._under_way[key] = time.monotonic() + INQUEST_S, cause
        where = NodeAffinitySchedulingStrategy(birth.node, soft=False)
        asked = ray.remote(what_ended).options(num_cpus=0, scheduling_strategy=where)
        self._when(asked.remote(birth), partial(self._testified, key))

    def forget(self, key: int) -> None:
        """Say nothing of a job, which nobody waits for any longer."""
        self._under_way.pop(key, None)

    def look(self) -> None:
        """End those in which nothing was found in time."""
        for key, (until, _) in [*self._under_way.items()]:
            if time.monotonic() > until:
                self._end(key, "")

    def _testified(self, key: int, future: Future[str]) -> None:
        self._end(key, "" if future.exception() else future.result())

    def _end(self, key: int, found: str) -> None:
        """Say what ended a worker: nothing of its own, unless that was found."""
        if key in self._under_way:
            _, cause = self._under_way.pop(key)
            self._report(JobEnded(key, found or cause.reason, bool(found)))
