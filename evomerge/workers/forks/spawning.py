"""A process of its own for each worker, where a process that has imported torch must not fork.

That is so on macOS. It is the same as a forked one, but imports and opens all by itself:
`python -m evomerge.workers.forks.spawning DESCRIPTOR`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from multiprocessing.connection import Connection

from evomerge.workers.forks.messages import ForkRequest, HowEnded


class Spawner:
    """In the place of a :class:`evomerge.workers.forks.connecting.ForkServerLink`."""

    def __init__(self) -> None:
        self._started: dict[int, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Do nothing: there is nothing to start before a process is wanted."""

    def wait(self) -> None:
        """Do nothing, for the same reason."""

    def connect(self) -> Connection:
        """A connection to a process that becomes a worker's."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            started = subprocess.Popen(  # noqa: S603 - the interpreter, and a module of ours
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._started[started.pid] = started
            return Connection(os.dup(ours.fileno()))

    def kill(self, connection: Connection) -> None:
        """Kill all: there is no server behind a connection."""
        for started in self._started.values():
            started.kill()

    def ask(self, question: HowEnded) -> int | None:
        """The wait status of a process that has ended."""
        started = self._started.pop(question.process, None)
        if started is None:
            return None
        code = started.wait()
        return -code if code < 0 else code << 8


def main(descriptor: int) -> None:
    """Become what is asked for on a connection."""
    from evomerge.workers.forks.child import become
    from evomerge.workers.forks.opened import OpenedParents

    connection = Connection(descriptor)
    request = connection.recv()
    assert isinstance(request, ForkRequest)
    opened = OpenedParents().open_for(request)
    if isinstance(opened, tuple):
        become(request, connection, opened)
    connection.send(opened)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(int(sys.argv[1]))
