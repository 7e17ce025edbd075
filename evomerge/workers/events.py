"""What a schedule is told, and what it has done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class JobAsked:
    """A job is to be done; only where there is :attr:`Schedule.room`."""

    key: int
    at: float
    """Seconds, by any clock that never goes back; so of every event."""


@dataclass(frozen=True)
class JobAnswered:
    """A worker has answered a job."""

    key: int
    at: float


@dataclass(frozen=True)
class JobDied:
    """A worker ended before it had answered its job; another has taken its place."""

    key: int
    reason: str
    at: float


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


ScheduleEvent = JobAsked | JobAnswered | JobDied | TimePassed | JobRecorded | JobsStopped


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
    """Hand on how a job ended, in the order in which jobs were asked for."""

    key: int
    failure: str = ""
    """Why it has no answer; "" where it has one."""


Instruction = StartJob | EndJob | HandOn
