"""A run's folder: one run at a time, one recipe for ever."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evomerge.errors import RunFolderError
from evomerge.ledger import FILE, LOCK, Ledger, Lock, is_in_use
from evomerge.reading.file_kind import RUN_FILE
from evomerge.reading.json_text import read_object
from evomerge.reading.manifest import MANIFEST_FILE


class RunFolder:
    """A run folder, locked for this process while the context manager is open.

    Raises:
        RunFolderError: another process runs in it, or something else stands there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        try:
            self._refuse_foreign()
        except OSError as error:
            raise RunFolderError(f"{self.path}: cannot be used ({error.strerror})") from None

    @property
    def winner(self) -> Path:
        """Where the winner is released."""
        return self.path / "winner"

    def finalist(self, number: int) -> Path:
        """Where a finalist is released that was tested after the winner."""
        return self.path / "finalists" / str(number)

    @property
    def elites(self) -> Path:
        """Where elites are kept that become parents of the next cycle."""
        return self.path / "elites"

    def release(self, made: Path, out: Path) -> None:
        """Put a model in its place. One of other weights that stands there (the run has been
        extended since) is kept in `earlier/`.
        """
        if out.exists():
            if _tensors(out) == _tensors(made):
                shutil.rmtree(out)
            else:
                earlier = self.path / "earlier"
                earlier.mkdir(exist_ok=True)
                out.rename(earlier / str(1 + len([*earlier.iterdir()])))
        made.rename(out)

    def _refuse_foreign(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise RunFolderError(f"{self.path}: is a file, not a folder")
        if self.path.is_dir() and any(self.path.iterdir()) and not (self.path / FILE).is_file():
            if {entry.name for entry in self.path.iterdir()} != {LOCK}:
                raise RunFolderError(f"{self.path}: holds something other than a run")
        if is_in_use(self.path):
            raise RunFolderError(f"{self.path}: in use by another run")

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self.path)
        except OSError as error:
            raise RunFolderError(f"{self.path}: cannot be written ({error.strerror})") from None
        try:
            self.ledger = Ledger(self.path, create=True)
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ledger.close()
        self._lock.release()


def _tensors(folder: Path) -> Any:
    """The hash of each tensor of a model folder; None where it has no manifest."""
    try:
        return read_object(folder / MANIFEST_FILE, RUN_FILE).get("tensors")
    except RunFolderError:
        return None
