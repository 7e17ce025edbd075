"""What a schedule keeps to, whatever happens."""

from __future__ import annotations

from dataclasses import dataclass

LAG = 4
"""Jobs for each worker that may be begun and not recorded: enough that no worker waits for a slow
job of another's, or for a judge, and few enough to be held in memory and lost in a crash."""


@dataclass(frozen=True)
class Rules:
    """What a schedule keeps to."""

    capacity: int = 1
    """How many jobs may be under way at once, when all workers are there."""
    attempts: int = 1
    """How often a job is tried that fails."""
    limit_s: float | None = None
    """Seconds after which an attempt is ended; None where that is learnt from the run."""
    patience_s: float = 180.0
    """Seconds without any worker after which the run is given up. Torch loads in seconds, from a
    network disk in minutes."""

    def __post_init__(self) -> None:
        if self.capacity < 1 or self.attempts < 1:
            raise ValueError(f"capacity and attempts are at least 1: {self}")
        if self.limit_s is not None and self.limit_s <= 0:
            raise ValueError(f"a time limit is more than 0 seconds: {self}")

    @property
    def lag(self) -> int:
        """How many jobs may be begun and not recorded."""
        return LAG * self.capacity
