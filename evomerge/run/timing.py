"""How a session's workers spend their time, put on record."""

from __future__ import annotations

import contextlib

from evomerge.errors import EvomergeError
from evomerge.ledger import WorkersTimed
from evomerge.run.folder.folder import RunFolder
from evomerge.workers.meter import Meter


class Timing:
    """The time of a session's workers, by the ledger's clock, recorded by and by.

    Args:
        folder: open for the session.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._ledger = folder.ledger
        self.meter = Meter(lambda: self._ledger.active_s, folder.began_s, self._record)

    @property
    def facts(self) -> tuple[WorkersTimed, ...]:
        """What is to be recorded at the end: one, or none where nothing was scheduled."""
        timed = self.meter.timed
        return () if timed is None else (timed,)

    def _record(self, timed: WorkersTimed) -> None:
        with contextlib.suppress(EvomergeError):  # what cannot be written stops the run elsewhere
            self._ledger.record(timed)
