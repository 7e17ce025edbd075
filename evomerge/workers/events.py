"""What a schedule is told, and what it has done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class JobAsked:
    """A job is to be done; only where there is :attr:`Schedule.room`."""

    key: int
    at: float
    """Seconds, by any clock that never goes back; so of every event."""
    size: int = 1
    """How many items it asks; see :class:`evomerge.workers.job_times.JobTimes`."""


@dataclass(frozen=True)
class JobForeseen:
    """A job is to be done that will probably be asked for; only where a worker is idle.

    When it is asked for it is a job like any other. Until then a failure costs it nothing: it is
    dropped.
    """

    key: int
    at: float
    size: int = 1


@dataclass(frozen=True)
class JobKnown:
    """A job is asked for whose answer is there: it was foreseen. Only where there is room."""

    key: int


@dataclass(frozen=True)
class JobAnswered:
    """A worker has answered a job."""

    key: int
    at: float
    took_s: float = 0.0
    """Seconds that the worker was busy with it."""


@dataclass(frozen=True)
class JobFailed:
    """An attempt ended by the job's own fault, or what looks like it: an error, a crash."""

    key: int
    reason: str
    at: float


@dataclass(frozen=True)
class JobLost:
    """An attempt ended with its worker, by no fault of the job's."""

    key: int
    reason: str
    at: float


@dataclass(frozen=True)
class WorkersCounted:
    """How many workers there are now, idle or not; some may have joined, some may have left."""

    count: int
    at: float
    trouble: str = ""
    """Why there are fewer than were asked for, where that is known."""


@dataclass(frozen=True)
class TimePassed:
    """Time has passed, and nothing else happened."""

    at: float


@dataclass(frozen=True)
class JobRecorded:
    """What was handed on has been recorded."""

    key: int


@dataclass(frozen=True)
class JobsStopped:
    """No more is to be done: what is under way is given up, what was answered is handed on."""


ScheduleEvent = (
    JobAsked
    | JobForeseen
    | JobKnown
    | JobAnswered
    | JobFailed
    | JobLost
    | WorkersCounted
    | TimePassed
    | JobRecorded
    | JobsStopped
)


@dataclass(frozen=True)
class StartJob:
    """Have an idle worker do a job."""

    key: int
    attempt: int


@dataclass(frozen=True)
class EndJob:
    """End the worker that does a job, and put another in its place."""

    key: int


@dataclass(frozen=True)
class HandOn:
    """Hand on how a job ended, in the order in which jobs were asked for; at once if foreseen."""

    key: int
    failure: str = ""
    """Why it has no answer; "" where it has one."""


@dataclass(frozen=True)
class Drop:
    """Forget a job that nobody has asked for."""

    key: int


@dataclass(frozen=True)
class GiveUp:
    """Stop the run: it cannot go on now, and may be resumed."""

    reason: str


Instruction = StartJob | EndJob | HandOn | Drop | GiveUp
