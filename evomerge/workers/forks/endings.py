"""Whose doing the end of a child was, by the status that the kernel gave it."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGSYS)
"""Signals of a process's own making. Others come from outside; SIGBUS is a mapped file whose disk
or network has failed."""


@dataclass(frozen=True)
class Ending:
    """Why a child ended before it answered."""

    reason: str
    own: bool = False
    """Whether its job did it, by all that is known."""


def ending(status: int | None, for_memory: bool) -> Ending:
    """What a wait status says.

    Args:
        status: None where nobody knows it, as where the fork server has ended.
        for_memory: whether the kernel has ended a process for memory while the child lived.
    """
    if status is None:
        return Ending("its worker ended, and nobody saw how")
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return Ending(f"its worker exited with code {code}", own=True)
    if -code == signal.SIGKILL and for_memory:
        return Ending("the kernel ended its worker: the host was out of memory", own=True)
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    if -code in CRASHES:
        return Ending(f"its worker crashed ({name})", own=True)
    return Ending(f"its worker was killed ({name})")


def ended_for_memory() -> int:
    """Processes that the kernel has ended for memory, on this host or in this container."""
    try:
        counts = dict(line.split() for line in Path("/proc/vmstat").read_text().splitlines())
    except (OSError, ValueError):
        return 0
    return int(counts.get("oom_kill", 0))
