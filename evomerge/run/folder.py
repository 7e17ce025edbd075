"""A run's folder: one run at a time, one recipe for ever."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from evomerge.errors import RunFolderError
from evomerge.ledger import FILE, Ledger

LOCK = "lock"


class RunFolder:
    """A run folder, locked for this process while the context manager is open.

    The kernel holds the lock, so it goes with the process, however that ends.

    Raises:
        RunFolderError: another process runs in it, or something else stands there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._refuse_foreign()

    @property
    def winner(self) -> Path:
        """Where the winner is released."""
        return self.path / "winner"

    @property
    def elites(self) -> Path:
        """Where elites are kept that become parents of the next cycle."""
        return self.path / "elites"

    def _refuse_foreign(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise RunFolderError(f"{self.path}: is a file, not a folder")
        if self.path.is_dir() and any(self.path.iterdir()) and not (self.path / FILE).is_file():
            if {entry.name for entry in self.path.iterdir()} != {LOCK}:
                raise RunFolderError(f"{self.path}: holds something other than a run")
        if is_in_use(self.path):
            raise RunFolderError(f"{self.path}: in use by another run")

    def __enter__(self) -> Self:
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise RunFolderError(f"{self.path}: in use by another run") from None
        self.ledger = Ledger(self.path, create=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ledger.close()
        os.close(self._lock)


def is_in_use(path: Path) -> bool:
    """Whether a process runs in a run folder now."""
    try:
        lock = os.open(path / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
