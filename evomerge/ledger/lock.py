"""One process at a time in a run folder.

The kernel holds the lock, so it goes with the process, however that ends. It is on the folder
itself, which nobody can delete by mistake as they may a file in it, and on a file as well: not
every file system locks folders.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

from evomerge.errors import RunFolderError

LOCK = "lock"
PATIENCE_S = 0.5
"""How long to wait for those who only look whether the folder is in use."""
TRY_EVERY_S = 0.025
"""Between two tries."""

_CANNOT = (errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.EOPNOTSUPP)
"""What a file system says that cannot lock folders."""


_held: list[int] = []
"""Descriptors of this process that hold locks."""


def _let_go() -> None:
    """Close them in a fork: one that outlives this process would keep others out."""
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go)


class Lock:
    """A run folder locked for this process.

    Raises:
        RunFolderError: another process has it.
    """

    def __init__(self, folder: Path) -> None:
        end = time.monotonic() + PATIENCE_S
        while (descriptors := _try_lock(folder, os.O_RDWR | os.O_CREAT)) is None:
            if time.monotonic() > end:
                raise RunFolderError(f"{folder}: in use by another run")
            time.sleep(TRY_EVERY_S)
        self._descriptors = descriptors
        _held.extend(descriptors)

    def release(self) -> None:
        """Let others in."""
        for descriptor in self._descriptors:
            _held.remove(descriptor)
        _close(self._descriptors)


def is_in_use(folder: Path) -> bool:
    """Whether a process runs in a run folder now."""
    if not folder.is_dir():
        return False
    descriptors = _try_lock(folder, os.O_RDONLY)
    if descriptors is None:
        return True
    _close(descriptors)
    return False


def _try_lock(folder: Path, flags: int) -> list[int] | None:
    """Descriptors that hold the locks; None where another process has one of them."""
    descriptors: list[int] = []
    try:
        descriptors.append(os.open(folder, os.O_RDONLY))
        try:
            fcntl.flock(descriptors[0], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
        if flags & os.O_CREAT or (folder / LOCK).is_file():
            descriptors.append(os.open(folder / LOCK, flags, 0o644))
            fcntl.flock(descriptors[1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _close(descriptors)
        return None
    except BaseException:
        _close(descriptors)
        raise
    return descriptors


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
