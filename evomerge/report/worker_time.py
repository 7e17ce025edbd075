"""Where the time of a run's workers went, over all its sessions."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from evomerge.ledger import Record, SessionBegan, WorkersTimed, WorkerTime


@dataclass(frozen=True)
class WorkersSpent:
    """Seconds of workers, of all sessions that tell of them.

    What they did and what is not on record add up to all.
    """

    time: WorkerTime = field(default_factory=WorkerTime)
    all_s: float = 0.0
    """For each session, the workers that were asked for times its seconds."""

    @property
    def unrecorded_s(self) -> float:
        """What a killed session did not come to record, or one that runs has not recorded yet."""
        return max(0.0, self.all_s - self.time.total_s)

    @property
    def ways(self) -> dict[str, float]:
        """What workers did, in words; it adds up to all of their time."""
        time = self.time
        return {
            "merging": time.merge_s,
            "forward passes": time.forward_s,
            "other work": time.other_s,
            "handing over": time.handover_s,
            "under way": time.under_way_s,
            "lost": time.lost_s,
            "starting": time.starting_s,
            "waiting for others": time.waiting_s,
            "waiting for the driver": time.driver_s,
            "not recorded": self.unrecorded_s,
        }

    def to_json(self) -> dict[str, Any]:
        """As JSON values by name."""
        return {"all_s": self.all_s, **asdict(self.time), "unrecorded_s": self.unrecorded_s}


class WorkerTimes:
    """What is known of it, record by record."""

    def __init__(self) -> None:
        self._earlier = WorkersSpent()
        self._active_s = self._timed_s = 0.0
        """Of the run, at its last record and at the last of its workers' time."""
        self._timed: WorkersTimed | None = None

    def take(self, record: Record) -> None:
        """Bring up to date."""
        if isinstance(record.what, SessionBegan):
            self._earlier, self._timed = self.spent, None
        elif isinstance(record.what, WorkersTimed):
            self._timed, self._timed_s = record.what, record.active_s
        self._active_s = record.active_s

    @property
    def spent(self) -> WorkersSpent:
        """All of it so far; nothing of sessions that tell nothing."""
        if self._timed is None:
            return self._earlier
        seconds = self._timed.wall_s + self._active_s - self._timed_s
        return WorkersSpent(
            self._earlier.time + self._timed.time,
            self._earlier.all_s + self._timed.workers * seconds,
        )
