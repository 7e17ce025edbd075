"""A tracker that keeps all it is told in memory, for tests of everything around trackers."""

from __future__ import annotations

from collections.abc import Callable

from evomerge.trackers.tracker import TrackedEnd, TrackedPoint, TrackedRun


class FakeTracker:
    """Keeps what it is told.

    Args:
        meanwhile: called before each thing is kept; what it raises or waits for, tests choose.
    """

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._meanwhile = meanwhile
        self.run: TrackedRun | None = None
        self.points: dict[int, TrackedPoint] = {}
        """By step."""
        self.ended: TrackedEnd | None = None

    def begin(self, run: TrackedRun) -> None:
        """Keep the run."""
        self._meanwhile()
        self.run = run

    def take(self, point: TrackedPoint) -> None:
        """Keep the point, once."""
        self._meanwhile()
        self.points.setdefault(point.step, point)

    def end(self, end: TrackedEnd) -> None:
        """Keep how it ended."""
        self._meanwhile()
        self.ended = end
