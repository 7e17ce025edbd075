"""What a driver has started and left behind: processes that bear its mark, ended when it is dead.

A driver that is killed cannot end Ray's processes, a check of a released folder, or a judge.
Process ids are used again, so none is kept: each session has a secret mark, which all that it
starts inherits in its environment, and which no foreign process can have.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "EVOMERGE_SESSION"
"""Names the session in the environment of all that it starts."""
FILE = "session.json"
"""In the run folder while a session runs, and after it where it was killed."""

PASSES = 50
"""How often to look for processes again: what is being ended may just have started others."""
PASS_S = 0.1
"""Between two looks."""


class SessionMark:
    """The mark of a session, in its run folder and in the environment of this process.

    Args:
        folder: the run folder, locked by this process.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self.name = secrets.token_hex(16)
        self._outer = os.environ.get(VARIABLE)

    def set(self) -> None:
        """Mark what is started from now on.

        Raises:
            OSError: it cannot be noted.
        """
        noted = {"mark": self.name, "host": socket.gethostname(), "process": os.getpid()}
        self._file.write_text(json.dumps({**noted, "began": time.time()}))
        os.environ[VARIABLE] = self.name

    def remove(self) -> None:
        """What was started has been ended."""
        os.environ.pop(VARIABLE, None)
        if self._outer is not None:
            os.environ[VARIABLE] = self._outer
        with contextlib.suppress(OSError):
            self._file.unlink()


def session_of(folder: Path) -> str:
    """Who runs in a folder, or did when it was killed, in words; "" where nobody has."""
    try:
        noted = json.loads((folder / FILE).read_text())
        return f"process {int(noted['process'])} on {noted['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def end_orphans(folder: Path) -> int:
    """End what the last session in a folder has left behind, if it was killed; how many.

    Args:
        folder: locked by this process, so that the session is known to be over.
    """
    try:
        mark = json.loads((folder / FILE).read_text())["mark"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return end_marked(str(mark))


def end_marked(mark: str) -> int:
    """Kill all processes of this machine that bear a mark, but for this one; how many."""
    ended: set[int] = set()
    if not mark:
        return 0
    for _ in range(PASSES):
        found = [*_marked(mark)]
        if not found:
            break
        for process in found:
            if _kill(process, mark):
                ended.add(process)
        time.sleep(PASS_S)
    return len(ended)


def _marked(mark: str) -> Iterator[int]:
    """The processes that bear a mark; none on systems without /proc."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    for name in names:
        if name.isdigit() and int(name) != os.getpid() and _bears(int(name), mark):
            yield int(name)


def _bears(process: int, mark: str) -> bool:
    """Whether a process has a mark in the environment that it was started with.

    One that has ended and is not waited for yet has none any more.
    """
    try:
        environment = Path(f"/proc/{process}/environ").read_bytes()
    except OSError:  # another user's, or gone
        return False
    return f"{VARIABLE}={mark}".encode() in environment.split(b"\0")


def _kill(process: int, mark: str) -> bool:
    """Kill a process, if it still is the one that bears the mark."""
    try:
        if not hasattr(os, "pidfd_open"):  # not in every build of Python
            os.kill(process, signal.SIGKILL)
            return True
        held = os.pidfd_open(process)
        try:
            if _bears(process, mark):  # between opening and this no other can have taken its place
                signal.pidfd_send_signal(held, signal.SIGKILL)
                return True
        finally:
            os.close(held)
    except OSError:  # it has ended by itself
        pass
    return False
