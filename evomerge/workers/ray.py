"""Workers as Ray actors, on this machine or on a cluster; the one file that knows Ray.

Actors live as long as the run, each with its own bank and engine; parents reach them as mapped
files, recipes as values, requests once through the object store. Retries are the schedule's and not
Ray's: a hung or killed call would be sent again without anyone knowing.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import ray
import ray.exceptions
import torch

from evomerge.device import choose_device
from evomerge.engine.kind import EngineKind
from evomerge.engine.registry import DEFAULT
from evomerge.engine.request import Request
from evomerge.errors import EvomergeError, UserError
from evomerge.weights import Parent
from evomerge.workers.actor import Actor
from evomerge.workers.division import divide
from evomerge.workers.protocol import Answer, Job, Lost
from evomerge.workers.schedule import Rules
from evomerge.workers.signals import own_signals

POLL_S = 0.2
"""Between two looks at whether the run is to stop, while actors are waited for."""
START_S = 180
"""How long actors may take to begin. Torch loads in seconds, from a network disk in minutes."""
ATTEMPTS = 2
"""How often a job is tried when the actor it runs on dies."""


class RayWorkers:
    """Actors that evaluate jobs.

    Joins the cluster that RAY_ADDRESS names, or one that is connected already; otherwise starts
    one on this machine, without its dashboard, and stops it at the end.

    Args:
        count: how many actors.
        device: by default the GPU if this machine has one; on GPUs each actor has one of its own.
        engine: what answers.
        limit_s: seconds after which an attempt is ended, and its actor replaced.
    """

    def __init__(
        self,
        count: int,
        device: torch.device | None = None,
        *,
        engine: EngineKind = DEFAULT,
        limit_s: float | None = None,
    ) -> None:
        self.device = choose_device(None) if device is None else device
        self.engine = engine
        self.rules = Rules(count, ATTEMPTS, limit_s)
        self._parents: tuple[Mapping[str, Parent], Any] = ({}, None)
        self._gpus = 1 if self.device.type == "cuda" else 0
        self._under_way: dict[Any, tuple[Job, _Handle]] = {}
        self._requests: dict[int, tuple[Sequence[Sequence[Request]], Any]] = {}

    def for_parents(self, parents: Mapping[str, Parent], tokenizer: Any) -> RayWorkers:
        """The same actors, for certain parents; every host must find them by their names."""
        count, limit_s = self.rules.capacity, self.rules.limit_s
        other = RayWorkers(count, self.device, engine=self.engine, limit_s=limit_s)
        other._parents = (dict(parents), tokenizer)
        return other

    def __enter__(self) -> Self:
        self._started_ray = not ray.is_initialized()
        if self._started_ray:
            options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
            if "RAY_ADDRESS" not in os.environ:
                options["include_dashboard"] = False
            with own_signals():
                ray.init(**options)
        self._idle: deque[_Handle] = deque()
        try:
            self._cores, self._share = self._divide()
            self._idle += [self._start(f"ray {number}") for number in range(self.rules.capacity)]
            self._wait_until_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _divide(self) -> tuple[int, float]:
        """Cores for each actor, and the CPUs that Ray is to set aside for it.

        Raises:
            UserError: there are not enough GPUs.
        """
        count, has = self.rules.capacity, int(ray.cluster_resources().get("GPU", 0))
        if self._gpus * count > has:
            raise UserError(f"{count} workers need {count} GPUs; Ray sees {has}")
        alive = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        return divide(count, [int(resources.get("CPU", 0)) for resources in alive])

    def _start(self, name: str) -> _Handle:
        """An actor that dies for good: Ray would fail the calls sent while it restarts one."""
        remote = ray.remote(Actor).options(
            num_cpus=self._share, num_gpus=self._gpus, max_restarts=0, max_task_retries=0
        )
        where = self.device.type
        return _Handle(name, remote.remote(*self._parents, self._cores, where, self.engine, name))

    def _wait_until_ready(self) -> None:
        """An actor that cannot begin is the cluster's fault, and no trial's."""
        began = [handle.actor.ready.remote() for handle in self._idle]
        try:
            ray.get(began, timeout=START_S)
        except ray.exceptions.GetTimeoutError:
            raise EvomergeError(
                f"Ray did not start {self.rules.capacity} workers of {self._share:g} CPUs and "
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
        for handle in [*self._idle, *(handle for _, handle in self._under_way.values())]:
            ray.kill(handle.actor)
        self._under_way.clear()
        if self._started_ray:
            ray.shutdown()

    def submit(self, job: Job) -> None:
        """Send a job to an idle actor."""
        handle = self._idle.popleft()
        requests = self._put(job.requests)
        reference = handle.actor.evaluate.remote(job.key, job.recipe.plain(), requests, job.chosen)
        self._under_way[reference] = (job, handle)

    def end(self, key: int) -> None:
        """Kill the actor that does a job, and start another."""
        reference = next(ref for ref, (job, _) in self._under_way.items() if job.key == key)
        self._replace(self._under_way.pop(reference)[1])

    def _replace(self, handle: _Handle) -> None:
        ray.kill(handle.actor)
        # The next to be given a job: what ended this one may have ended idle ones, unnoticed.
        self._idle.appendleft(self._start(handle.name))

    def _put(self, requests: Sequence[Sequence[Request]]) -> Any:
        """The requests in the object store, put there once as long as the caller keeps them."""
        known = self._requests.get(id(requests))
        if known is None or known[0] is not requests:
            known = self._requests[id(requests)] = (requests, ray.put(requests))
        return known[1]

    def collect(self, checkpoint: Callable[[], None]) -> Answer | Lost | None:
        """Wait a moment for an actor; one that died is replaced."""
        checkpoint()
        ready, _ = ray.wait(list(self._under_way), timeout=POLL_S)
        if not ready:
            return None
        job, handle = self._under_way.pop(ready[0])
        try:
            answer: Answer = ray.get(ready[0])
        except ray.exceptions.RayActorError as error:
            self._replace(handle)
            return Lost(job.key, _first_line(error))
        except ray.exceptions.RayTaskError as error:
            self._idle.append(handle)
            if isinstance(error.cause, EvomergeError):  # as it would be in this process
                raise error.cause from None
            raise EvomergeError(f"a worker failed: {error}") from error
        self._idle.append(handle)
        return answer


@dataclass(frozen=True)
class _Handle:
    """An actor and the name that it and its successors have in records."""

    name: str
    actor: Any


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
