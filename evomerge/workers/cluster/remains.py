"""What a worker's process leaves behind that tells why it ended: Ray does not say.

A process that crashed and one that was killed look alike to Ray. Whoever crashes writes a trace to
its error stream, which Ray keeps in a file; the kernel counts what it ends for want of memory.
"""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

_CRASH = re.compile(r"\*\*\* (SIG[A-Z]+) received|Fatal Python error: (.+)")
NOT_ITS_OWN = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBUS", "Bus error")
"""Signals that come from outside. SIGBUS is a mapped file whose disk or network has failed."""
TAIL_BYTES = 1 << 16
"""Of an error stream: a trace of a hundred threads takes less."""


@dataclass(frozen=True)
class Birth:
    """What is known of a worker's process while it lives."""

    node: str
    """Its node's id."""
    host: str
    errors: str
    """The file that its error stream goes to."""
    ended_for_memory: int
    """Processes on its host that the kernel has ended for memory so far."""

    @classmethod
    def here(cls, node: str) -> Birth:
        """Of the process that asks."""
        errors = "/proc/self/fd/2"
        where = os.readlink(errors) if os.path.islink(errors) else ""
        return cls(node, socket.gethostname(), where, _ended_for_memory())


def what_ended(birth: Birth) -> str:
    """What ended a process by its own doing; "" where nothing tells. To be asked on its host."""
    try:
        with Path(birth.errors).open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL_BYTES))
            left = file.read().decode(errors="replace")
    except OSError:
        left = ""
    crashes = [signal or fatal for signal, fatal in _CRASH.findall(left)]
    if crashes and crashes[0] not in NOT_ITS_OWN:
        return f"its worker crashed ({crashes[0]})"
    if not crashes and _ended_for_memory() > birth.ended_for_memory:
        return "the kernel ended its worker: the host was out of memory"
    return ""


def _ended_for_memory() -> int:
    """Processes that the kernel has ended for memory, on this host or in this container."""
    try:
        counts = dict(line.split() for line in Path("/proc/vmstat").read_text().splitlines())
    except (OSError, ValueError):
        return 0
    return int(counts.get("oom_kill", 0))
