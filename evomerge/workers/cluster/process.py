"""A worker's process, as Ray makes it: it holds what Ray gives, and has a child that does the work.

It imports no torch, so it starts fast and stays small, and it outlives what a job does to a child.
"""

from __future__ import annotations

import os
import pickle
import socket
import sys
from pathlib import Path
from typing import Any

import ray

from evomerge.errors import EvomergeError
from evomerge.workers.cluster.messages import BeginJob
from evomerge.workers.forks.connecting import ForkServerLink
from evomerge.workers.forks.endings import Ending
from evomerge.workers.forks.handle import WorkerChild
from evomerge.workers.forks.messages import ForkRequest
from evomerge.workers.forks.spawning import Spawner

FORKS = sys.platform == "linux"
"""Whether children are forked. A process on macOS that has imported torch must not fork."""


class WorkerProcess:
    """An actor that is made without its parents, so that it starts while they are looked at.

    Args:
        server: the name of the fork server of each node.
        engine, cores, device, name, gpus: as of :class:`evomerge.workers.actor.Actor`.
    """

    def __init__(
        self, server: str, engine: bytes, cores: int, device: str, name: str, gpus: int
    ) -> None:
        self._server = ForkServerLink(server) if FORKS else Spawner()
        self._given: dict[str, Any] = {
            "engine": engine, "cores": cores, "device": device, "name": name, "gpus": gpus
        }  # fmt: skip
        self._child: WorkerChild | None = None
        self._key: int | None = None
        """Of the job that the child does."""
        self._given_up: int | None = None

    def ready(self) -> bool:
        """Whether the process is there, and has a fork server on its node."""
        self._server.wait()
        return True

    def open(self, parents: bytes, content: bytes, run_dir: str = "") -> bytes:
        """Have a child that reads these parents from now on, in the place of any other.

        Returns:
            The error because of which that cannot be, or None; pickled.

        Raises:
            OSError: it cannot be just now.
        """
        self._end_child()
        self._given_up = None
        request = ForkRequest(
            parents,
            content,
            **self._given,
            run_dir=run_dir,
            elsewhere=_folder_of_logs(),
            environment=dict(os.environ),
            path=tuple(sys.path),
            folder=os.getcwd(),
        )
        self._child = self._forked(request)
        error: EvomergeError | None = pickle.loads(self._child.opened)  # noqa: S301 - of a child
        if error is None:
            return self._child.opened
        self._end_child()
        where = f"worker {self._given['name']} on {socket.gethostname()}"
        return pickle.dumps(type(error)(f"{where}: {error}"))

    def _forked(self, request: ForkRequest) -> WorkerChild:
        """A child, at the second try where a fork server ended that was asked before."""
        try:
            return WorkerChild(self._server, request)
        except TimeoutError:
            raise
        except OSError:
            return WorkerChild(self._server, request)

    def lives(self) -> bool:
        """Whether the child is there and answers; it has nothing to do."""
        return self._child is not None and self._child.lives()

    def evaluate(self, job: BeginJob, shared: list[Any]) -> bytes | Ending:
        """Have the child do a job; see :meth:`evomerge.workers.forks.handle.WorkerChild.evaluate`.

        Args:
            shared: a reference to the requests that the job names.
        """
        self._key = job.key
        if self._child is None or self._given_up == job.key:
            return Ending("its worker had no child")
        requests = b"" if self._child.has(job) else ray.get(shared[0])
        try:
            return self._child.evaluate(job, requests)
        finally:
            self._key = None

    def end(self, key: int) -> None:
        """End the child if it does this job, or is to do it. To be called beside `evaluate`."""
        self._given_up = key
        if self._key == key and (child := self._child) is not None:
            child.kill()

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


def _folder_of_logs() -> str:
    """Where Ray keeps what this process prints; "" where that is no file."""
    errors = "/proc/self/fd/2"
    printed = os.readlink(errors) if os.path.islink(errors) else ""
    return str(Path(printed).parent) if printed.startswith("/") else ""
