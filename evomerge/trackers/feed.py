"""A tracker told in a thread of its own: a run neither waits for it nor ends with it."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Sequence

from evomerge.redaction import without_secrets
from evomerge.trackers.tracker import TrackedEnd, TrackedPoint, TrackedRun, Tracker

LOG = logging.getLogger("evomerge.trackers")

WAITING = 256
"""Points that wait for a tracker before further ones are dropped: hours of most searches."""
LONGEST = 300
"""Characters that are told of an error."""


class Feed:
    """Tells one tracker what happens, in the order in which it happens.

    Args:
        name: of the tracker, for warnings.
        past: the points of earlier sessions.
    """

    def __init__(
        self, name: str, tracker: Tracker, run: TrackedRun, past: Sequence[TrackedPoint]
    ) -> None:
        self._name, self._tracker, self._run, self._past = name, tracker, run, past
        self._queue: queue.SimpleQueue[TrackedPoint | TrackedEnd] = queue.SimpleQueue()
        self._dropped = 0
        self._is_out = False
        """Whether the tracker has raised something."""
        self._thread = threading.Thread(target=self._tell, name=f"track-{name}", daemon=True)
        self._thread.start()

    def put(self, point: TrackedPoint) -> None:
        """Have a point told soon; one too many is dropped."""
        if self._queue.qsize() < WAITING:
            self._queue.put(point)
        else:
            self._dropped += 1

    def end(self, end: TrackedEnd) -> None:
        """Have the end told behind all points."""
        self._queue.put(end)

    def wait(self, until: float) -> None:
        """Wait until the end is told, or for no longer than this; warn of what the tracker lacks.

        Args:
            until: seconds by the monotonic clock.
        """
        self._thread.join(max(0.0, until - time.monotonic()))
        if self._is_out:
            return
        if self._dropped:
            self._warn(f"lacks {self._dropped} points, since it did not keep up")
        if self._thread.is_alive():
            self._warn("does not end, and is not waited for any longer")

    def _tell(self) -> None:
        """Tell all of it, in the thread."""
        try:
            self._tracker.begin(self._run)
            for point in self._past:
                self._tracker.take(point)
            while not isinstance(what := self._queue.get(), TrackedEnd):
                self._tracker.take(what)
            self._tracker.end(what)
        except BaseException as error:  # whatever it is, it is the tracker's
            self._is_out = True
            LOG.info("tracker %s raised an error", self._name, exc_info=True)
            self._warn(f"is told nothing more: {type(error).__name__}: {error}")

    def _warn(self, what: str) -> None:
        line = " ".join(without_secrets(what).split())
        LOG.warning("tracker %s: %s", self._name, line[:LONGEST])
