"""How fast something goes on, and how long the rest of it may take."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """Watches a share that grows from 0 to 1.

    Args:
        clock: seconds since whenever.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: tuple[float, float] | None = None

    def begin(self, share: float) -> None:
        """Watch from here on."""
        self._began = self._clock(), share

    def left(self, share: float) -> str:
        """About how long it takes from here to the whole; "" where nothing has been seen yet."""
        if self._began is None:
            return ""
        when, before = self._began
        gone = self._clock() - when
        if share <= before or share >= 1 or gone <= 0:
            return ""
        return f"about {duration(gone * (1 - share) / (share - before))} left"


def duration(seconds: float) -> str:
    """A time, to two figures or so."""
    for unit, size, most in (("s", 1, 120), ("min", 60, 120), ("h", 3600, 48)):
        if seconds < size * most:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"
