"""The driver's side of the process that talks to Ray: started, heard, ended, started again."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

from evomerge.workers.cluster.messages import Alive, Connect, Order, Report

SILENT_S = 30.0
"""Without a word for so long the process hangs, as Ray's client does whose cluster is gone."""
END_S = 10.0
"""How long it may take to end with all that it has started."""

OWN_CLUSTER = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # Ray's only way to have all listen on loopback alone
    "RAY_AUTH_MODE": "token",
    "RAY_gcs_rpc_server_reconnect_timeout_s": "10",  # on one machine it does not come back
    "RAY_worker_niceness": "0",  # workers are what the machine is for
    "RAY_USAGE_STATS_ENABLED": "0",
}
"""For Ray's processes where they are the run's own."""


class Gateway:
    """A process that talks to Ray for this one, and a folder of its own.

    Args:
        connect: what it is told first.
    """

    def __init__(self, connect: Connect) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="evomerge-"))  # which nobody else can enter
        ours, theirs = multiprocessing.Pipe()
        self._driver: Connection = ours
        self._log: IO[bytes] = (self._folder / "ray.log").open("w+b")
        module, given = "evomerge.workers.cluster.main", (str(theirs.fileno()), str(self._folder))
        self._process = subprocess.Popen(  # noqa: S603 - the interpreter, and a module of ours
            [sys.executable, "-m", module, *given],
            env=self._environment(connect.address),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._log,  # Ray prints, and stdout is for data
            stderr=self._log,
            start_new_session=True,  # Ctrl-C is the driver's
        )
        theirs.close()
        self._heard = time.monotonic()
        self.send(connect)

    def _environment(self, address: str | None) -> dict[str, str]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        if address is not None:
            return environment
        token = self._folder / "token"
        descriptor = os.open(token, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        for name in ("RAY_ADDRESS", "RAY_AUTH_TOKEN"):
            environment.pop(name, None)
        own = {"RAY_AUTH_TOKEN_PATH": str(token), "RAY_TMPDIR": str(self._folder)}
        return {**environment, **OWN_CLUSTER, **own}

    def send(self, order: Order) -> None:
        """Say something to it; nothing happens where it has ended."""
        with contextlib.suppress(OSError):
            self._driver.send(order)

    def poll(self, timeout_s: float, silent_s: float = SILENT_S) -> Report | None:
        """What it says next; None where it says nothing for a while.

        Args:
            silent_s: without a word for so long it hangs.

        Raises:
            EOFError: it has ended, or hangs.
        """
        try:
            while self._driver.poll(timeout_s):
                self._heard = time.monotonic()
                said: Report = self._driver.recv()
                if not isinstance(said, Alive):
                    return said
                timeout_s = 0.0
        except OSError:
            raise EOFError from None
        if time.monotonic() - self._heard > silent_s:
            raise EOFError
        return None

    @property
    def last_words(self) -> str:
        """The last line of what it printed."""
        with contextlib.suppress(OSError):
            self._log.seek(0)
            lines = self._log.read().decode(errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    def close(self, patience_s: float = END_S) -> None:
        """End it, with all that it has started on this machine."""
        self._driver.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)
