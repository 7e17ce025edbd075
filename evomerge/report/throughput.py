"""How many items a run scores in a second, by its records."""

from __future__ import annotations

from collections import deque

from evomerge.ledger import Part, Record, SessionBegan

WINDOW_S = 60.0
"""Active seconds that it is told of: several parts fit in, and a change shows soon."""


class Throughput:
    """What is known of it, record by record; a session's parts say nothing of the next one's."""

    def __init__(self) -> None:
        self._parts: deque[tuple[float, int]] = deque()
        """When each part of the window was recorded and its items, behind what came just before."""

    def take(self, record: Record) -> None:
        """Bring up to date."""
        what, when = record.what, record.active_s
        if isinstance(what, SessionBegan):
            self._parts = deque([(when, 0)])
        elif isinstance(what, Part):
            self._parts.append((when, len(what.scores)))
            while len(self._parts) > 2 and when - self._parts[1][0] >= WINDOW_S:
                self._parts.popleft()

    @property
    def items_per_s(self) -> float | None:
        """Over the window; None before anything was scored in it."""
        if not self._parts:
            return None
        (first_s, before), (last_s, _) = self._parts[0], self._parts[-1]
        items = sum(count for _, count in self._parts) - before
        return items / (last_s - first_s) if items and last_s > first_s else None
