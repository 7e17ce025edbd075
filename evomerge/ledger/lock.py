"""One process at a time in a run folder.

The kernel holds the lock, so it goes with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from evomerge.errors import RunFolderError

LOCK = "lock"
PATIENCE_S = 0.5
"""How long to wait for those who only look whether the folder is in use."""


def take_lock(folder: Path) -> int:
    """Lock a run folder for this process; returns the descriptor that holds the lock.

    Raises:
        RunFolderError: another process has it.
    """
    end = time.monotonic() + PATIENCE_S
    while (descriptor := _try_lock(folder, os.O_RDWR | os.O_CREAT)) is None:
        if time.monotonic() > end:
            raise RunFolderError(f"{folder}: in use by another run")
        time.sleep(PATIENCE_S / 20)
    return descriptor


def is_in_use(folder: Path) -> bool:
    """Whether a process runs in a run folder now."""
    if not (folder / LOCK).is_file():
        return False
    descriptor = _try_lock(folder, os.O_RDONLY)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def _try_lock(folder: Path, flags: int) -> int | None:
    descriptor = os.open(folder / LOCK, flags, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
