"""Workers as Ray actors, on this machine or on a cluster.

Actors live as long as the run; each has a child with its own bank and engine, forked from a process
that has opened the parents (`evomerge.workers.forks`). Recipes travel as values, requests once.
Retries are the schedule's and not Ray's: a hung or killed call would be sent again without anyone
knowing.
"""

from __future__ import annotations

import copy
import os
import pickle
import secrets
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch

from evomerge.device import choose_device
from evomerge.engine.kind import EngineKind
from evomerge.engine.registry import DEFAULT
from evomerge.engine.request import Request
from evomerge.errors import EvomergeError
from evomerge.recipe import Placement
from evomerge.weights import Parent
from evomerge.workers.cluster.link import Link
from evomerge.workers.cluster.messages import (
    BeginJob,
    Broken,
    ClientGone,
    Connect,
    EndWorker,
    JobEnded,
    Measured,
    OpenParents,
    WorkerAnswered,
)
from evomerge.workers.protocol import Answer, Job, Lost, Present
from evomerge.workers.schedule import Rules

POLL_S = 0.2
"""Between two looks at whether the run is to stop, while actors are waited for."""
ATTEMPTS = 2
"""How often a job is tried that fails on an actor."""


class RayWorkers:
    """Actors that evaluate jobs.

    Joins the cluster at an address, or starts one on this machine, for this run alone: it listens
    on loopback, asks for a token, has no dashboard, and ends with the run.

    Args:
        placement: how many actors, and what each of them needs; or how many.
        device: by default the GPU if this machine has one; on GPUs each actor has one of its own.
        engine: what answers.
        limit_s: seconds after which an attempt is ended; learnt from the run by default.
    """

    def __init__(
        self,
        placement: Placement | int,
        device: torch.device | None = None,
        *,
        engine: EngineKind = DEFAULT,
        limit_s: float | None = None,
    ) -> None:
        if isinstance(placement, int):
            placement = Placement(count=placement)
        self.device = choose_device(None) if device is None else device
        self.engine, self.placement = engine, placement
        self.rules = Rules(placement.count, ATTEMPTS, limit_s or placement.limit_s)
        address = placement.ray or os.environ.get("RAY_ADDRESS") or None
        where = pickle.dumps(engine), self.device.type
        self._link = Link(Connect(placement, address, *where, secrets.token_hex(16)))
        self._parents: tuple[Mapping[str, Parent], Any] = ({}, None)
        self._opened: OpenParents | None = None
        self._run_dir = ""

    @property
    def present(self) -> Present:
        """The actors that can do a job with these parents, or do one."""
        return self._link.present if self._has_actors else Present(0)

    @property
    def _has_actors(self) -> bool:
        """Whether the actors read these parents: others may have had them in between."""
        return self._opened is not None and self._link.parents is self._opened

    def for_parents(self, parents: Mapping[str, Parent], tokenizer: Any) -> RayWorkers:
        """The same actors, for certain parents; every host must find them by their names."""
        other = copy.copy(self)
        other._parents = (dict(parents), tokenizer)
        return other

    def log_to(self, run_dir: Path) -> None:
        """Have actors write their logs to a run's folder, from when they next open parents.

        Where they do not see it, their logs lie in Ray's folder of logs on their node.
        """
        self._run_dir = str(run_dir)

    def measure(self, measured: Measured) -> None:
        """Have those who watch the cluster see a number."""
        self._link.send(measured)

    def start(self) -> None:
        """Begin to start Ray and the actors, which takes time, and go on meanwhile."""
        self._link.start()

    def connect(self) -> None:
        """Wait until there is a cluster.

        Raises:
            UserError: nobody answers at the address, or the cluster lacks what is asked for.
            EvomergeError: Ray does not start here.
        """
        self._link.connect()

    def stop(self) -> None:
        """End the actors, and Ray where it was started for them."""
        self._link.stop()

    def __enter__(self) -> Self:
        self._began_link = not self._link.started
        self._lost: deque[Lost] = deque()
        self._under_way: set[int] = set()
        self._requests: dict[int, tuple[Sequence[Sequence[Request]], int]] = {}
        try:
            self._link.start()
            self._link.connect()
            self._open()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _open(self) -> None:
        """Have the actors read these parents."""
        parents, _ = self._parents
        content = {name: parent.content_hash for name, parent in parents.items()}
        given = pickle.dumps(self._parents), pickle.dumps(content)
        self._opened = OpenParents(*given, self._run_dir)
        self._requests.clear()
        self._link.open(self._opened)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._began_link:
            self._link.stop()
            return
        for key in self._under_way:  # else it would go on until it has an answer for nobody
            self._link.send(EndWorker(key))

    def submit(self, job: Job) -> None:
        """Send a job to an idle actor."""
        self._under_way.add(job.key)
        chosen = None if job.chosen is None else tuple(job.chosen)
        number = self._share(job.requests)
        training = b"" if job.training is None else pickle.dumps(job.training)
        parts = job.recipe.plain(), number, chosen, job.digest, training
        self._link.send(BeginJob(job.key, *parts))

    def _share(self, requests: Sequence[Sequence[Request]]) -> int:
        """The number of requests that are sent once, as long as the caller keeps them."""
        known = self._requests.get(id(requests))
        if known is None or known[0] is not requests:
            number = self._link.share(pickle.dumps(requests))
            known = self._requests[id(requests)] = (requests, number)
        return known[1]

    def end(self, key: int) -> None:
        """Kill the actor that does a job; another is started."""
        self._under_way.discard(key)
        self._link.send(EndWorker(key))

    def collect(self, checkpoint: Callable[[], None]) -> Answer | Lost | None:
        """Wait a moment for an actor to answer, or to end."""
        checkpoint()
        if not self._has_actors:
            self._open()
        if self._lost:
            return self._lost.popleft()
        match self._link.hear(POLL_S):
            case WorkerAnswered(key, answer) if key in self._under_way:
                return self._answer(key, answer)
            case JobEnded(key, reason, own) if key in self._under_way:
                self._under_way.discard(key)
                return Lost(key, reason, own)
            case ClientGone(why):
                self._lost += [Lost(key, why) for key in sorted(self._under_way)]
                self._under_way.clear()
            case Broken(error):
                raise pickle.loads(error)  # noqa: S301 - of a worker
        return None

    def _answer(self, key: int, answer: bytes) -> Answer:
        said: Answer | EvomergeError = pickle.loads(answer)  # noqa: S301 - of a worker
        self._under_way.discard(key)
        if isinstance(said, EvomergeError):
            raise said
        return said
