"""How a fork server is found, and started where there is none."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from typing import IO

from evomerge.workers.forks.messages import HowEnded

START_S = 120.0
"""How long a fork server may take to listen: less than a second, but on a busy machine."""
AGAIN_S = 10.0
"""When to start another, where one that was started does not listen."""
PAUSE_S = 0.05
"""Between two looks at whether it listens."""
PATIENCE_S = 10.0
"""How long the server waits for one who has connected and says nothing."""
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",  # a pool of OpenMP's does not outlive a fork, and whoever uses it hangs
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # who has asked CUDA itself cannot use it once forked
}
"""The server's environment; its children have that of those who asked for them."""
_CREDENTIALS, _TIME = struct.Struct("3i"), struct.Struct("ll")


def address(name: str) -> str:
    """Where a server of a name listens: in Linux's own space of names, where no file is."""
    return f"\0evomerge-{name}"


def is_ours(peer: socket.socket) -> bool:
    """Whether it is a process of this user's at the other end, by what the kernel says."""
    return _credentials(peer)[1] == os.getuid()


def _credentials(peer: socket.socket) -> tuple[int, int]:
    """The process that connected or listens, and its user."""
    said = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    process, user, _ = _CREDENTIALS.unpack(said)
    return process, user


def patient(connection: socket.socket | Connection, seconds: float | None = PATIENCE_S) -> None:
    """How long to wait for what is to be read; None for without end."""
    with socket.socket(fileno=os.dup(connection.fileno())) as same:
        limit = _TIME.pack(int(seconds or 0), 0)
        same.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)


class ForkServerLink:
    """The fork server that runs on this node under a name; started by whoever needs it first.

    Args:
        name: a random word of the run.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._held: list[IO[bytes]] = []
        self._not_before = 0.0

    def start(self) -> None:
        """Start the server; it ends at once where there is one."""
        self._not_before = time.monotonic() + AGAIN_S
        started = subprocess.Popen(  # noqa: S603 - the interpreter, and a module of ours
            [sys.executable, "-m", "evomerge.workers.forks.server", self._name],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **ONE_THREAD},
            stdin=subprocess.PIPE,  # read by nobody: it is closed when this process ends
            start_new_session=True,
        )
        started.wait()
        assert started.stdin is not None
        self._held.append(started.stdin)

    def connect(self) -> Connection:
        """A connection to the server.

        Raises:
            OSError: it cannot be started.
        """
        until = time.monotonic() + START_S
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                return self._connected()
            if time.monotonic() > until:
                raise TimeoutError(f"no fork server has started within {START_S:g} s")
            if time.monotonic() >= self._not_before:
                self.start()
            time.sleep(PAUSE_S)

    def wait(self) -> None:
        """Wait until there is a server, which is started if need be.

        Raises:
            OSError: it cannot be started.
        """
        self.connect().close()

    def kill(self, connection: Connection) -> None:
        """Kill the server at the other end, which hangs."""
        with socket.socket(fileno=os.dup(connection.fileno())) as same:
            os.kill(_credentials(same)[0], signal.SIGKILL)

    def ask(self, question: HowEnded) -> int | None:
        """The wait status of a child that has ended; None where no server knows it."""
        try:
            with self._connected() as connection:
                connection.send(question)
                status: int | None = connection.recv()
                return status
        except (OSError, EOFError):
            return None

    def _connected(self) -> Connection:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            one.connect(address(self._name))
            if not is_ours(one):
                raise PermissionError("another user listens in the fork server's place")
            return Connection(os.dup(one.fileno()))
