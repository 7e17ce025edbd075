"""How long a job may take, learnt from those that were answered."""

from __future__ import annotations

from dataclasses import dataclass

FLOOR_S = 60.0
"""No attempt is ended sooner: a worker that reads parents from a disk anew needs some of it."""
FACTOR = 10.0
"""How many times as long as the slowest job so far an attempt may take. Jobs of one run differ by
far less where all workers are alike, and by two or three times where some are slower."""
PATIENCE = 4.0
"""How many times as long as the first attempt the next one may take. So no healthy job fails for
being slow alone, unless it is forty times as slow as all others."""
UNKNOWN_S = 4 * 3600.0
"""How long an attempt may take as long as nothing was answered, in this run, that tells how long
jobs take. That it takes longer is then nobody's failure: see the schedule."""


@dataclass(frozen=True)
class JobTimes:
    """What is known of how long jobs take."""

    answered: int = 0
    longest_s: float = 0.0
    """Of all that were answered."""
    slowest: float = 0.0
    """Most seconds for each item that was asked."""

    def after(self, size: int, took_s: float) -> JobTimes:
        """What is known when a job was answered, too."""
        return JobTimes(
            self.answered + 1,
            max(self.longest_s, took_s),
            max(self.slowest, took_s / max(size, 1)),
        )

    def limit_s(self, size: int, attempt: int) -> float:
        """Seconds that an attempt at a job of a size may take.

        A job asks as much as the longest one and takes as long, or it asks more and takes
        proportionally longer; that, with room to spare.

        Args:
            attempt: counted from 1.
        """
        if not self.answered:
            return UNKNOWN_S
        expected = max(self.longest_s, self.slowest * size)
        return max(FLOOR_S, FACTOR * expected) * PATIENCE ** (attempt - 1)
