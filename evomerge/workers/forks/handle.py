"""A child as its worker has it: asked, ended, and asked after."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from evomerge.workers.cluster.messages import BeginJob, ShareRequests
from evomerge.workers.forks.connecting import ForkServerLink
from evomerge.workers.forks.endings import Ending, ended_for_memory, ending
from evomerge.workers.forks.messages import (
    AreYouThere,
    ForkedChild,
    ForkRequest,
    HowEnded,
    JobRaised,
    NotForked,
)
from evomerge.workers.forks.spawning import Spawner

SILENT_S = 5.0
"""How long an idle child may take to say that it is there."""
OPEN_S = 3600.0
"""How long parents may take to be opened: they may be fetched first, and are hashed."""


class WorkerChild:
    """A process forked for this one; it ends when this one does.

    Args:
        server: which forks it.
        request: what it is to be.

    Raises:
        OSError: it cannot be had.
    """

    def __init__(self, server: ForkServerLink | Spawner, request: ForkRequest) -> None:
        self._server = server
        self._for_memory = ended_for_memory()
        self.process = 0
        self._pidfd: int | None = None
        self._requests = -1
        self._connection: Connection = server.connect()
        self._connection.send(request)
        said = self._hear()
        if isinstance(said, ForkedChild):
            self.process = said.process
            if sys.platform == "linux":
                self._pidfd = os.pidfd_open(said.process)
            said = self._hear()
        if isinstance(said, NotForked):
            raise OSError(said.why)
        assert isinstance(said, bytes)
        self.opened = said
        """The error because of which it cannot use its parents, or None; pickled."""

    def _hear(self) -> object:
        try:
            if self._connection.poll(OPEN_S):
                return self._connection.recv()
        except (OSError, EOFError):
            raise OSError(self._ending().reason) from None
        self._server.kill(self._connection)
        self.close()
        raise TimeoutError(f"parents were not opened within {OPEN_S:g} s")

    def has(self, job: BeginJob) -> bool:
        """Whether it has the requests that a job names: those of the job before."""
        return self._requests == job.requests

    def evaluate(self, job: BeginJob, requests: bytes) -> bytes | Ending:
        """Have a job done; how the child has ended where it gives no answer.

        Args:
            requests: which the job names by their number; any where it :meth:`has` them.

        Raises:
            RuntimeError: what the job raised, which is neither an answer nor the user's mistake.
        """
        try:
            if self._connection.poll():  # nothing was to be heard: it has ended before this job
                return replace(self._ending(), own=False)
            if not self.has(job):
                self._connection.send(ShareRequests(job.requests, requests))
                self._requests = job.requests
            self._connection.send(job)
            said = self._connection.recv()
        except (OSError, EOFError):
            return self._ending()
        if isinstance(said, JobRaised):
            raise RuntimeError(said.why)
        assert isinstance(said, bytes)
        return said

    def lives(self) -> bool:
        """Whether it answers while it has nothing to do."""
        with suppress(OSError, EOFError):
            self._connection.send(AreYouThere())
            if self._connection.poll(SILENT_S):
                self._connection.recv()
                return True
        return False

    def kill(self) -> None:
        """End it, whatever it does; whoever waits for its answer hears that it has ended."""
        with suppress(OSError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            elif self.process and sys.platform != "linux":
                os.kill(self.process, signal.SIGKILL)  # a child of this process

    def close(self) -> None:
        """End it, and let go of it."""
        self.kill()
        self._connection.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def _ending(self) -> Ending:
        """How it has ended by itself."""
        self.close()
        if not self.process:
            return Ending("the fork server has ended")
        status = self._server.ask(HowEnded(self.process))
        return ending(status, ended_for_memory() > self._for_memory)
