"""Memory that there is, and what of it is set aside."""

from __future__ import annotations

import os
import sys
import threading
from bisect import bisect_right
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says what memory a container may have."""
PATH = 5
"""Which field of a line of /proc/self/maps names the file."""


class MemoryBudget:
    """Memory that many share, each of whom takes what it needs as long as there is some.

    Args:
        limit: bytes.
    """

    def __init__(self, limit: int) -> None:
        self.left = limit
        self._lock = threading.Lock()

    def take(self, count: int) -> bool:
        """Whether there are so many bytes left, which are then taken."""
        with self._lock:
            if count > self.left:
                return False
            self.left -= count
            return True


def free_memory() -> int:
    """Bytes that can be taken without swapping."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found = next(line for line in lines if line.startswith("MemAvailable:"))
        free = int(found.split()[1]) * 1024
    except (OSError, StopIteration):  # not Linux
        free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:  # a container may have less
        limit, used = (int((CGROUP / f"memory.{name}").read_text()) for name in ("max", "current"))
    except (OSError, ValueError):  # none, or no limit
        return free
    return min(free, limit - used)


class MappedFiles:
    """Where this process has files mapped now; nowhere, as far as the system does not say it."""

    def __init__(self) -> None:
        try:
            lines = Path("/proc/self/maps").read_text(errors="replace").splitlines()
        except OSError:  # not Linux
            lines = []
        fields = (line.split(maxsplit=5) for line in lines)
        of_files = (f[0].split("-") for f in fields if len(f) == PATH + 1 and f[PATH][0] == "/")
        self._ranges = sorted((int(begin, 16), int(end, 16)) for begin, end in of_files)

    def hold(self, address: int) -> bool:
        """Whether an address lies in one."""
        at = bisect_right(self._ranges, (address, sys.maxsize)) - 1
        return at >= 0 and address < self._ranges[at][1]
