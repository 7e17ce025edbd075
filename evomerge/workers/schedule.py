"""Which jobs are under way and what is to be done next: decided here, carried out elsewhere.

A schedule is a value. A step takes an event and gives the next schedule with instructions; it reads
no clock and does nothing itself, so that every order of events can be tried.

What becomes of an attempt that is not answered:

- the job's own fault (an error, a crash, its memory): tried once more, elsewhere, then it fails;
- no fault of the job's (a node, a network, a killed worker): tried again as if nothing had been;
- longer than its time limit: the worker is ended. That is the job's own fault if any other was
  answered, and else nobody's.

Idle workers may be given jobs that are foreseen: not asked for yet. Such a job waits for nobody: it
is handed on when it is answered, and dropped when it fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from evomerge.workers.attempt import Attempt, Attempts, without
from evomerge.workers.events import (
    Drop,
    EndJob,
    GiveUp,
    HandOn,
    Instruction,
    JobAnswered,
    JobAsked,
    JobFailed,
    JobForeseen,
    JobKnown,
    JobLost,
    JobRecorded,
    JobsStopped,
    ScheduleEvent,
    StartJob,
    TimePassed,
    WorkersCounted,
)
from evomerge.workers.job_times import JobTimes
from evomerge.workers.rules import Rules as Rules

LOSSES = 10
"""How often a job may be lost with its worker. More is no chance: something ends whichever worker
does it and does not say so, and to go on would be for ever."""


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
    attempts: Attempts = field(default_factory=dict)
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
        asked = len(self.attempts) - self.foreseen
        return asked < self.workers and len(self.order) < self.rules.lag

    @property
    def foreseen(self) -> int:
        """How many jobs are under way that nobody has asked for yet."""
        return sum(not one.asked for one in self.attempts.values())

    @property
    def idle(self) -> bool:
        """Whether a worker has nothing to do, and no job waits for one."""
        return len(self.attempts) < self.workers

    def step(self, event: ScheduleEvent) -> Step:
        """What follows from an event.

        What is said of a job that is not under way changes nothing: its worker had been given up.

        Raises:
            ValueError: a job is asked for where there is no room, or twice at once; or one is
                foreseen where no worker is idle.
        """
        match event:
            case JobAsked(key, at, size):
                return self._ask(key, at, size)
            case JobKnown(key):
                self._require_room(key)
                ended = {**self.ended, key: ""}
                return replace(self, order=(*self.order, key), ended=ended)._hand_on()
            case JobForeseen(key, at, size):
                return self._foresee(key, at, size)
            case JobAnswered() | JobFailed() | JobLost():
                return self._hear(event) if event.key in self.under_way else (self, ())
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

    def _hear(self, event: JobAnswered | JobFailed | JobLost) -> Step:
        """Take in how an attempt ended that is under way."""
        foresees = self._foresees(event.key)
        match event:
            case JobAnswered(key, at, took_s):
                timed = replace(self, times=self.times.after(self.attempts[key].size, took_s))
                if foresees:
                    return timed._release(key, at, HandOn(key))
                return timed._end(key, "")._dispatch(at)
            case JobFailed(key, _, at) | JobLost(key, _, at) if foresees:
                return self._release(key, at, Drop(key))
            case JobFailed(key, reason, at):
                return self._fail(key, reason)._dispatch(at)
            case JobLost(key, reason, at):
                return self._lose(key, reason)._dispatch(at)

    def _ask(self, key: int, at: float, size: int) -> Step:
        self._require_room(key)
        attempt = replace(self.attempts.get(key, Attempt(size)), asked=True)
        return replace(self._again(key, attempt), order=(*self.order, key))._dispatch(at)

    def _require_room(self, key: int) -> None:
        if not self.room or key in self.order:
            raise ValueError(f"job {key}: there is no room for it, or it is being done")

    def _foresee(self, key: int, at: float, size: int) -> Step:
        if not self.idle or key in self.attempts or key in self.order:
            raise ValueError(f"job {key}: no worker is idle, or it is being done")
        return self._again(key, Attempt(size, since=at, asked=False)), (StartJob(key, 1),)

    def _foresees(self, key: int) -> bool:
        return key in self.attempts and not self.attempts[key].asked

    def _release(self, key: int, at: float, instruction: Instruction) -> Step:
        """Have done with a job that was foreseen."""
        left = replace(self, attempts=without(self.attempts, key))
        schedule, following = left._dispatch(at)
        return schedule, (instruction, *following)

    def _end(self, key: int, failure: str) -> Schedule:
        left = without(self.attempts, key)
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
        return replace(self, workers=count, alone_since=since, trouble=trouble or self.trouble)

    def _dispatch(self, at: float) -> Step:
        """Give workers the jobs that wait for one, in the order of asking; hand on what ended."""
        attempts, instructions = dict(self.attempts), list[Instruction]()
        free = self.workers - len(self.under_way)
        for key in self.order:
            if key in attempts and attempts[key].losses > LOSSES:
                lost = f"a job was lost {attempts[key].losses} times with its worker"
                instructions.append(GiveUp(f"{lost} ({self.trouble})"))
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
            if (late := self._late(key, at)) is None:
                continue
            ended.append(EndJob(key))
            if self._foresees(key):
                schedule = replace(schedule, attempts=without(schedule.attempts, key))
                ended.append(Drop(key))
                continue
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

    @property
    def _deserted(self) -> str:
        why = self.trouble and f" ({self.trouble})"
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
