"""Which jobs are under way and what is to be done next: decided here, carried out elsewhere.

A schedule is a value. A step takes an event and gives the next schedule with instructions; it reads
no clock and does nothing itself, so that every order of events can be tried.

What becomes of an attempt that is not answered:

- the job's own fault (an error, a crash, its memory): tried once more, elsewhere, then it fails;
- no fault of the job's (a node, a network, a killed worker): tried again as if nothing had been;
- longer than its time limit: the worker is ended. That is the job's own fault if any other was
  answered, and else nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from evomerge.workers.events import (
    EndJob,
    GiveUp,
    HandOn,
    Instruction,
    JobAnswered,
    JobAsked,
    JobFailed,
    JobLost,
    JobRecorded,
    JobsStopped,
    ScheduleEvent,
    StartJob,
    TimePassed,
    WorkersCounted,
)
from evomerge.workers.job_times import JobTimes

AHEAD = 4
"""Jobs for each worker that may be begun and not recorded: enough that no worker waits for a slow
job of another's, or for a judge, and few enough to be held in memory and lost in a crash."""
LOSSES = 10
"""How often a job may be lost with its worker. More is no chance: something ends whichever worker
does it and does not say so, and to go on would be for ever."""


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
        return AHEAD * self.capacity


@dataclass(frozen=True)
class Attempt:
    """A job that is neither answered nor failed."""

    size: int
    number: int = 1
    since: float | None = None
    """When a worker began it; None while it waits for one."""
    losses: int = 0


Step = tuple["Schedule", tuple[Instruction, ...]]


@dataclass(frozen=True)
class Schedule:
    """What is known of all jobs that were asked for and are not recorded."""

    rules: Rules
    in_order: bool = True
    """Whether jobs are handed on in the order of asking, or as they end."""
    workers: int = 1
    """How many there are now."""
    times: JobTimes = field(default_factory=JobTimes)
    order: tuple[int, ...] = ()
    """Keys, in the order of asking."""
    attempts: Mapping[int, Attempt] = field(default_factory=dict)
    ended: Mapping[int, str] = field(default_factory=dict)
    """Jobs that have ended and wait for those before them, each with its failure, "" for none."""
    alone_since: float | None = None
    """Since when there has been no worker."""
    trouble: str = ""
    """What ended a worker last, or keeps one from beginning."""

    @property
    def under_way(self) -> tuple[int, ...]:
        """The jobs that workers do."""
        return tuple(key for key, one in self.attempts.items() if one.since is not None)

    @property
    def room(self) -> bool:
        """Whether another job may be asked for."""
        return len(self.attempts) < self.workers and len(self.order) < self.rules.lag

    def step(self, event: ScheduleEvent) -> Step:
        """What follows from an event.

        What is said of a job that is not under way changes nothing: its worker had been given up.

        Raises:
            ValueError: a job is asked for where there is no room, or twice at once.
        """
        match event:
            case JobAsked(key, at, size):
                return self._begin(key, at, size)
            case JobAnswered(key, at, took_s) if key in self.under_way:
                times = self.times.after(self.attempts[key].size, took_s)
                return replace(self, times=times)._end(key, "")._dispatch(at)
            case JobFailed(key, reason, at) if key in self.under_way:
                return self._fail(key, reason)._dispatch(at)
            case JobLost(key, reason, at) if key in self.under_way:
                return self._lose(key, reason)._dispatch(at)
            case WorkersCounted(count, at, trouble):
                return self._count(count, at, trouble)._dispatch(at)
            case TimePassed(at):
                return self._look(at)
            case JobRecorded(key):
                left = tuple(other for other in self.order if other != key)
                return replace(self, order=left), ()
            case JobsStopped():
                order = tuple(key for key in self.order if key not in self.attempts)
                return replace(self, order=order, attempts={})._hand_on()
        return self, ()

    def _begin(self, key: int, at: float, size: int) -> Step:
        if not self.room or key in self.order:
            raise ValueError(f"job {key}: there is no room for it, or it is being done")
        waiting = {**self.attempts, key: Attempt(size)}
        return replace(self, order=(*self.order, key), attempts=waiting)._dispatch(at)

    def _end(self, key: int, failure: str) -> Schedule:
        left = {other: attempt for other, attempt in self.attempts.items() if other != key}
        return replace(self, attempts=left, ended={**self.ended, key: failure})

    def _fail(self, key: int, reason: str) -> Schedule:
        """Have a job tried once more, or end it with a failure."""
        attempt = self.attempts[key]
        if attempt.number >= self.rules.attempts:
            return self._end(key, reason + _times(attempt.number))
        return self._again(key, replace(attempt, number=attempt.number + 1, since=None))

    def _lose(self, key: int, reason: str) -> Schedule:
        attempt = self.attempts[key]
        again = replace(attempt, losses=attempt.losses + 1, since=None)
        return replace(self._again(key, again), trouble=reason)

    def _again(self, key: int, attempt: Attempt) -> Schedule:
        return replace(self, attempts={**self.attempts, key: attempt})

    def _count(self, count: int, at: float, trouble: str) -> Schedule:
        since = (at if self.alone_since is None else self.alone_since) if count == 0 else None
        trouble = trouble or self.trouble
        return replace(self, workers=count, alone_since=since, trouble=trouble)

    def _dispatch(self, at: float) -> Step:
        """Give workers the jobs that wait for one, in the order of asking; hand on what ended."""
        attempts, instructions = dict(self.attempts), list[Instruction]()
        free = self.workers - len(self.under_way)
        for key in self.order:
            if key in attempts and attempts[key].losses > LOSSES:
                instructions.append(GiveUp(self._hopeless(attempts[key].losses)))
            elif free > 0 and key in attempts and attempts[key].since is None:
                attempts[key] = replace(attempts[key], since=at)
                instructions.append(StartJob(key, attempts[key].number))
                free -= 1
        schedule, handed = replace(self, attempts=attempts)._hand_on()
        return schedule, (*instructions, *handed)

    def _look(self, at: float) -> Step:
        """End the attempts that have taken too long; give up where no worker comes."""
        schedule, ended = self, list[Instruction]()
        for key in self.under_way:
            if (late := self._late(key, at)) is not None:
                ended.append(EndJob(key))
                # Before anything was answered nobody knows that a healthy worker is faster.
                knows = self.times.answered or self.rules.limit_s
                schedule = schedule._fail(key, late) if knows else schedule._lose(key, late)
        schedule, following = schedule._dispatch(at)
        if self.alone_since is not None and at - self.alone_since > self.rules.patience_s:
            ended.append(GiveUp(self._deserted))
        return schedule, (*ended, *following)

    def _late(self, key: int, at: float) -> str | None:
        """What is to be said of an attempt that has taken too long."""
        attempt = self.attempts[key]
        learnt = self.times.limit_s(attempt.size, attempt.number)
        limit = learnt if self.rules.limit_s is None else self.rules.limit_s
        if attempt.since is None or at - attempt.since <= limit:
            return None
        return f"it took longer than {limit:.3g} s"

    def _hopeless(self, losses: int) -> str:
        return f"a job was lost {losses} times with its worker ({self.trouble})"

    @property
    def _deserted(self) -> str:
        why = f" ({self.trouble})" if self.trouble else ""
        return f"there has been no worker for {self.rules.patience_s:g} s{why}"

    def _hand_on(self) -> Step:
        """Hand on those that have ended and wait for no other."""
        ready = tuple(self._ready())
        left = {key: self.ended[key] for key in self.ended if key not in ready}
        return replace(self, ended=left), tuple(HandOn(key, self.ended[key]) for key in ready)

    def _ready(self) -> Iterator[int]:
        for key in self.order:
            if key in self.attempts and self.in_order:
                return
            if key in self.ended:
                yield key


def _times(count: int) -> str:
    return "" if count == 1 else f", {count} times"
