"""What a session's workers did with their time, so that none of it is unaccounted for."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass


@dataclass(frozen=True)
class WorkerTime:
    """Seconds of workers, added up over all of them: two workers have two a second.

    A worker that was asked for is in exactly one of these ways at each moment, so they add up to
    the workers times the session's seconds.
    """

    merge_s: float = 0.0
    """Of jobs that were answered: making offspring."""
    forward_s: float = 0.0
    other_s: float = 0.0
    """The rest of their time at work."""
    handover_s: float = 0.0
    """The rest of the time until the driver heard the answer: on its way, or lying there."""
    lost_s: float = 0.0
    """Attempts that brought no answer that counts: done again, lost with their worker, given up."""
    under_way_s: float = 0.0
    """Jobs that had not ended."""
    starting_s: float = 0.0
    """Not there: starting, opening parents, or gone and not replaced yet."""
    waiting_s: float = 0.0
    """Idle, as no job could begin before another had ended: the end of a sample or generation."""
    driver_s: float = 0.0
    """Idle, as the driver was at work alone: grading, choosing, testing, writing a model out."""

    @property
    def total_s(self) -> float:
        """All of it."""
        return math.fsum(vars(self).values())

    def __add__(self, other: WorkerTime) -> WorkerTime:
        return WorkerTime(*map(operator.add, vars(self).values(), vars(other).values()))


@dataclass(frozen=True)
class WorkersTimed:
    """How a session's workers have spent their time since it began; replaces what it said before.

    The time adds up to the workers times the seconds.
    """

    workers: int
    """How many were asked for."""
    wall_s: float
    """Seconds of the session."""
    time: WorkerTime
