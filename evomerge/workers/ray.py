"""Workers as Ray actors, on this machine or on a cluster; the one file that knows Ray.

Actors live as long as the run, each with its own bank and live model; parents reach them as mapped
files, recipes as values, requests once through the object store. Retries are ours and not Ray's:
a hung or killed call would be sent again without anyone knowing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import ray
import ray.exceptions
import torch

from evomerge.cores import Cores
from evomerge.engine.request import Request
from evomerge.errors import EvomergeError, UserError
from evomerge.ledger import State
from evomerge.recipe import Recipe
from evomerge.weights import Parent
from evomerge.workers.protocol import Answer, Job

POLL_S = 0.2
START_S = 180
"""How long actors may take to begin. Torch loads in seconds, from a network disk in minutes."""
ATTEMPTS = 2
"""How often a job is tried when the actor it runs on dies."""


class RayWorkers:
    """Actors that evaluate jobs.

    Joins the cluster that RAY_ADDRESS names, or one that is connected already; otherwise starts
    one on this machine, without its dashboard, and stops it at the end.

    Args:
        parents: all parents that jobs may draw on, by name; every host must find them by it.
        tokenizer: their tokenizer.
        count: how many actors.
        device: "cpu" or "cuda"; with "cuda" each actor has a GPU of its own.
    """

    def __init__(
        self, parents: Mapping[str, Parent], tokenizer: Any, device: torch.device, count: int
    ) -> None:
        self.capacity = count
        self._arguments = (dict(parents), tokenizer, device.type)
        self._gpus = 1 if device.type == "cuda" else 0
        self._under_way: dict[Any, tuple[Job, _Handle, int]] = {}
        self._requests: dict[int, tuple[Sequence[Sequence[Request]], Any]] = {}

    def __enter__(self) -> Self:
        self._started_ray = not ray.is_initialized()
        if self._started_ray:
            options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
            if "RAY_ADDRESS" not in os.environ:
                options["include_dashboard"] = False
            with _own_signals():
                ray.init(**options)
        self._idle: deque[_Handle] = deque()
        try:
            self._cores, self._share = _divide(self.capacity, self._gpus)
            self._idle += [self._start(f"ray {number}") for number in range(self.capacity)]
            self._wait_until_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self, name: str) -> _Handle:
        """An actor that dies for good: Ray would fail the calls sent while it restarts one."""
        remote = ray.remote(_Actor).options(
            num_cpus=self._share, num_gpus=self._gpus, max_restarts=0, max_task_retries=0
        )
        return _Handle(name, remote.remote(*self._arguments, self._cores, name))

    def _wait_until_ready(self) -> None:
        """An actor that cannot begin is the cluster's fault, and no trial's."""
        began = [handle.actor.ready.remote() for handle in self._idle]
        try:
            ray.get(began, timeout=START_S)
        except ray.exceptions.GetTimeoutError:
            raise EvomergeError(
                f"Ray did not start {self.capacity} workers of {self._share:g} CPUs and "
                f"{self._gpus} GPUs each within {START_S} s; ask for fewer, or add hosts"
            ) from None
        except ray.exceptions.RayError as error:
            raise EvomergeError(f"a worker could not start: {_last_line(error)}") from None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for handle in [*self._idle, *(handle for _, handle, _ in self._under_way.values())]:
            ray.kill(handle.actor)
        self._under_way.clear()
        if self._started_ray:
            ray.shutdown()

    def submit(self, job: Job) -> None:
        """Send a job to an idle actor."""
        self._send(job, self._idle.popleft(), attempt=1)

    def _send(self, job: Job, handle: _Handle, attempt: int) -> None:
        requests = self._put(job.requests)
        reference = handle.actor.evaluate.remote(job.key, job.recipe.plain(), requests, job.chosen)
        self._under_way[reference] = (job, handle, attempt)

    def _put(self, requests: Sequence[Sequence[Request]]) -> Any:
        """The requests in the object store, put there once as long as the caller keeps them."""
        known = self._requests.get(id(requests))
        if known is None or known[0] is not requests:
            known = self._requests[id(requests)] = (requests, ray.put(requests))
        return known[1]

    def collect(self, checkpoint: Callable[[], None]) -> Answer:
        """Wait for an actor; the job of one that died is tried once more."""
        while True:
            checkpoint()
            ready, _ = ray.wait(list(self._under_way), timeout=POLL_S)
            if not ready:
                continue
            job, handle, attempt = self._under_way.pop(ready[0])
            try:
                answer: Answer = ray.get(ready[0])
            except ray.exceptions.RayActorError as error:
                ray.kill(handle.actor)
                handle = self._start(handle.name)
                if attempt < ATTEMPTS:
                    self._send(job, handle, attempt + 1)
                    continue
                reason = f"its worker died {attempt} times ({_first_line(error)})"
                answer = Answer(job.key, State.FAILED, reason)
            except ray.exceptions.RayTaskError as error:
                raise EvomergeError(f"a worker failed: {error}") from error
            self._idle.append(handle)
            return answer


@dataclass(frozen=True)
class _Handle:
    """An actor and the name that it and its successors have in records."""

    name: str
    actor: Any


class _Actor:
    """Runs in a process of its own."""

    def __init__(
        self, parents: Mapping[str, Parent], tokenizer: Any, device: str, cores: int, name: str
    ) -> None:
        from evomerge.workers.evaluator import Evaluator

        self._cores = Cores.on(torch.device(device), cores)
        self._cores.__enter__()
        where = torch.device(device)
        self._evaluator = Evaluator(parents, tokenizer, self._cores, where, name)

    def ready(self) -> None:
        """Answer as soon as it can work."""

    def evaluate(
        self,
        key: int,
        recipe: dict[str, Any],
        requests: Sequence[Sequence[Request]],
        chosen: Sequence[int] | None,
    ) -> Answer:
        job = Job(key, Recipe.model_validate(recipe), requests, chosen)
        return self._evaluator.evaluate(job)


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """Keep this process's way to stop: Ray takes SIGTERM over when it starts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _divide(workers: int, gpus: int) -> tuple[int, float]:
    """Cores for each worker, and the CPUs that Ray is to set aside for it.

    As many cores as let all workers fit on the hosts there are; where there are more workers than
    cores, one each, shared.

    Raises:
        UserError: there are not enough GPUs.
    """
    available = ray.cluster_resources()
    if gpus * workers > available.get("GPU", 0):
        has = int(available.get("GPU", 0))
        raise UserError(f"{workers} workers need {workers} GPUs; Ray sees {has}")
    hosts = [int(n["Resources"].get("CPU", 0)) for n in ray.nodes() if n["Alive"]]
    for cores in range(max(hosts, default=1), 0, -1):
        if sum(host // cores for host in hosts) >= workers:
            return cores, float(cores)
    return 1, 0.0


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
