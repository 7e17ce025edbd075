"""A run's folder: one run at a time, one recipe for ever."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evomerge.disk import is_full, sync
from evomerge.errors import EvomergeError, RunFolderError, Stopped
from evomerge.ledger import FILE, LOCK, Ledger, Lock, is_in_use
from evomerge.reading.file_kind import RUN_FILE
from evomerge.reading.json_text import read_object
from evomerge.reading.manifest import MANIFEST_FILE
from evomerge.report.winner import QUARANTINE, model_at
from evomerge.run.folder.processes import SessionMark, end_marked, end_orphans, session_of


class RunFolder:
    """A run folder, locked for this process while the context manager is open.

    What a killed session has left running is ended when it is opened.

    Raises:
        RunFolderError: another process runs in it, or something else stands there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._mark: SessionMark | None = None
        try:
            self._refuse_foreign()
        except OSError as error:
            raise RunFolderError(f"{self.path}: cannot be used ({error.strerror})") from None

    @property
    def winner(self) -> Path:
        """Where the winner is released."""
        return self.released(0)

    def released(self, number: int) -> Path:
        """Where the winner is released (0), or a finalist that was tested after it."""
        return model_at(self.path, number)

    def quarantined(self, number: int) -> Path:
        """Where one is written, and stays until it has passed gates and people."""
        return model_at(self.path / QUARANTINE, number)

    @property
    def elites(self) -> Path:
        """Where elites are kept that become parents of the next cycle."""
        return self.path / "elites"

    @property
    def adapters(self) -> Path:
        """Where adapters are kept that the run has trained."""
        return self.path / "adapters"

    def release(self, made: Path, out: Path) -> None:
        """Put a model in its place. One of other weights that stands there (the run has been
        extended since) is kept in `earlier/`.
        """
        if out.exists():
            if _tensors(out) == _tensors(made):
                shutil.rmtree(out)
            else:
                self._keep(out)
        made.rename(out)
        sync(out.parent)

    def let_out(self, number: int) -> None:
        """Put a model that has passed, and that nobody must sign, where models are released."""
        waiting, out = self.quarantined(number), self.released(number)
        out.parent.mkdir(exist_ok=True)
        self.release(waiting, out)
        for left in (waiting.parent, self.path / QUARANTINE):
            with contextlib.suppress(OSError):  # others wait there
                left.rmdir()

    def recall(self, number: int) -> None:
        """Take away a model that was released, as what the run has come to since is refused: it is
        kept in `earlier/`.
        """
        if self.released(number).exists():
            self._keep(self.released(number))

    def _keep(self, model: Path) -> None:
        """Move a model that is no longer what the run has come to."""
        quarantine = self.path / QUARANTINE
        home = quarantine if model.is_relative_to(quarantine) else self.path
        earlier = home / "earlier"
        earlier.mkdir(exist_ok=True)
        model.rename(earlier / str(1 + len([*earlier.iterdir()])))
        sync(earlier)

    def end_started(self) -> None:
        """End what this session has started, where there is no time for it to end by itself."""
        if self._mark is not None:
            end_marked(self._mark.name)

    def _refuse_foreign(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise RunFolderError(f"{self.path}: is a file, not a folder")
        if self.path.is_dir() and any(self.path.iterdir()) and not (self.path / FILE).is_file():
            if {entry.name for entry in self.path.iterdir()} != {LOCK}:
                raise RunFolderError(f"{self.path}: holds something other than a run")
        if is_in_use(self.path):
            by = session_of(self.path) or "another run"
            raise RunFolderError(f"{self.path}: in use by {by}")

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self.path)
        except OSError as error:
            raise self._cannot_be_written(error) from None
        try:
            self.orphans = end_orphans(self.path)
            """How many processes of a killed session were ended."""
            self.ledger = Ledger(self.path, create=True)
            self.began_s = self.ledger.active_s
            """Seconds that earlier sessions were active for."""
            self._mark = self._marked()
        except BaseException:
            self._lock.release()
            raise
        return self

    def _marked(self) -> SessionMark:
        """Mark what this session starts; and have the folder's name and its files' on disk."""
        mark = SessionMark(self.path)
        try:
            mark.set()
            sync(self.path)
            sync(self.path.parent)
        except OSError as error:
            mark.remove()
            self.ledger.close()
            raise self._cannot_be_written(error) from None
        return mark

    def _cannot_be_written(self, error: OSError) -> EvomergeError:
        if is_full(error):
            return Stopped(f"{self.path}: no room ({error.strerror}); make room, then go on")
        return RunFolderError(f"{self.path}: cannot be written ({error.strerror})")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ledger.close()
        if self._mark is not None:
            self._mark.remove()
        self._lock.release()


def _tensors(folder: Path) -> Any:
    """The hash of each tensor of a model folder; None where it has no manifest."""
    try:
        return read_object(folder / MANIFEST_FILE, RUN_FILE).get("tensors")
    except RunFolderError:
        return None
