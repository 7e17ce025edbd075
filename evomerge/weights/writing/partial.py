"""The hidden folder that a model is written into, locked by its writer; else it is swept."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path


class PartialFolder:
    """A folder beside the one that it becomes, locked until it is let go of.

    What killed processes have left of the same model, each as large as it, is removed first.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, out: Path) -> None:
        prefix = f".{out.name}.partial-"
        for left in out.parent.glob(f"{_escaped(prefix)}*"):
            _sweep(left)
        self._lock: int | None = None
        while self._lock is None:  # another process may take a folder without a lock for a left one
            self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=out.parent))
            self._lock = self._locked()

    def _locked(self) -> int | None:
        """A descriptor that holds the lock; None where the folder was swept before it did."""
        try:
            lock = _lock(self.path)
        except FileNotFoundError:
            return None
        if lock is not None and self.path.is_dir():
            return lock
        if lock is not None:
            os.close(lock)
        return None

    def remove(self) -> None:
        """Remove what is there under its hidden name, and let go."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _sweep(left: Path) -> None:
    """Remove a folder that no living process writes."""
    if left.is_symlink() or not left.is_dir():
        return
    try:
        lock = _lock(left, must=True)
    except OSError:  # not ours, gone by now, or on a file system that does not tell who writes
        return
    if lock is not None:
        shutil.rmtree(left, ignore_errors=True)
        os.close(lock)


def _lock(folder: Path, *, must: bool = False) -> int | None:
    """A descriptor that holds the lock of a folder; None where another process holds it.

    Args:
        must: whether a file system without such locks is an error.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        if must:
            os.close(descriptor)
            raise
    return descriptor


def _escaped(text: str) -> str:
    """A text as a pattern of names that has no other meaning."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in text)
