"""Where the time of a run's workers went, over all its sessions."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from evomerge.ledger import (
    AdapterTrained,
    ItemsMade,
    Record,
    SessionBegan,
    TrainingFailed,
    WorkersTimed,
    WorkerTime,
)


@dataclass(frozen=True)
class WorkersSpent:
    """Seconds of workers, of all sessions that tell of them.

    What they did and what is not on record add up to all.
    """

    time: WorkerTime = field(default_factory=WorkerTime)
    all_s: float = 0.0
    """For each session, the workers that were asked for times its seconds."""
    writing_s: float = 0.0
    """Between cycles: models asked for items, and verifying them."""
    training_s: float = 0.0
    """Between cycles: adapters."""

    @property
    def unrecorded_s(self) -> float:
        """What a killed session did not come to record, or one that runs has not recorded yet."""
        return max(0.0, self.all_s - self.time.total_s - self.writing_s - self.training_s)

    @property
    def ways(self) -> dict[str, float]:
        """What workers did, in words; it adds up to all of their time."""
        time = self.time
        return {
            "merging": time.merge_s,
            "forward passes": time.forward_s,
            "other work": time.other_s,
            "writing items": self.writing_s,
            "training": self.training_s,
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
        between = {"writing_s": self.writing_s, "training_s": self.training_s}
        return {
            "all_s": self.all_s,
            **asdict(self.time),
            **between,
            "unrecorded_s": self.unrecorded_s,
        }


class WorkerTimes:
    """What is known of it, record by record."""

    def __init__(self) -> None:
        self._earlier = WorkersSpent()
        self._active_s = self._timed_s = 0.0
        """Of the run, at its last record and at the last of its workers' time."""
        self._timed: WorkersTimed | None = None
        self._writing_s = self._training_s = 0.0
        """Of this session, in which the workers of the searches are idle."""

    def take(self, record: Record) -> None:
        """Bring up to date."""
        if isinstance(record.what, SessionBegan):
            self._earlier, self._timed = self.spent, None
            self._writing_s = self._training_s = 0.0
        elif isinstance(record.what, WorkersTimed):
            self._timed, self._timed_s = record.what, record.active_s
        elif isinstance(record.what, ItemsMade):
            self._writing_s += record.what.seconds
        elif isinstance(record.what, AdapterTrained | TrainingFailed):
            self._training_s += record.what.cost.wall_s
        self._active_s = record.active_s

    @property
    def spent(self) -> WorkersSpent:
        """All of it so far; nothing of sessions that tell nothing."""
        if self._timed is None:
            return self._earlier
        seconds = self._timed.wall_s + self._active_s - self._timed_s
        idle_s = self._timed.time.driver_s
        training_s = min(self._training_s, idle_s)
        writing_s = min(self._writing_s, idle_s - training_s)
        time = replace(self._timed.time, driver_s=idle_s - training_s - writing_s)
        return WorkersSpent(
            self._earlier.time + time,
            self._earlier.all_s + self._timed.workers * seconds,
            self._earlier.writing_s + writing_s,
            self._earlier.training_s + training_s,
        )
