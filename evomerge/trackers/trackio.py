"""trackio as a tracker; the one file that knows it.

It keeps runs in TRACKIO_DIR, or on the Space or server that its other variables name.
"""

from __future__ import annotations

import logging
from typing import Any

from evomerge.trackers.kind import TrackerKind
from evomerge.trackers.tracker import PROJECT, TrackedEnd, TrackedPoint, TrackedRun

LOG = logging.getLogger(__name__)


class TrackioTracker:
    """A run of trackio, found again by its name."""

    def __init__(self) -> None:
        import trackio

        self._trackio = trackio
        for module in (trackio, trackio.run, trackio.utils):
            module.print = _log  # it prints to stdout, which is for data

    def begin(self, run: TrackedRun) -> None:
        """Create the run or open it again, with the recipe as its config."""
        self._run = self._trackio.init(
            PROJECT,
            f"{run.name} {run.id[:8]}",
            config=dict(run.recipe),
            resume="allow",
            embed=False,
            auto_log_gpu=False,
            auto_log_cpu=False,
        )
        self._next = getattr(self._run, "_next_step", 0)

    def take(self, point: TrackedPoint) -> None:
        """Log the numbers, unless an earlier session has."""
        if point.step >= self._next:
            self._run.log(dict(point.values), step=point.step)

    def end(self, end: TrackedEnd) -> None:
        """Log the words, as what is no number, and wait until all is stored."""
        if end.words:
            self._run.log({f"verdict/{name}": word for name, word in end.words.items()})
        self._run.finish()


def _log(*said: Any, **how: Any) -> None:
    LOG.info("%s", " ".join(map(str, said)))


TRACKIO = TrackerKind("trackio", TrackioTracker)
