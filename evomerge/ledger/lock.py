"""One process at a time in a run folder.

The kernel holds the lock, so it goes with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from evomerge.errors import RunFolderError

LOCK = "lock"


def take_lock(folder: Path) -> int:
    """Lock a run folder for this process; returns the descriptor that holds the lock.

    Raises:
        RunFolderError: another process has it.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise RunFolderError(f"{folder}: in use by another run") from None
    return descriptor


def is_in_use(folder: Path) -> bool:
    """Whether a process runs in a run folder now."""
    if not (folder / LOCK).is_file():
        return False
    try:
        os.close(take_lock(folder))
    except RunFolderError:
        return True
    return False
