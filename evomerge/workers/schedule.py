"""Which jobs are under way and what is to be done next: decided here, carried out elsewhere.

A schedule is a value. A step takes an event and gives the next schedule with instructions; it reads
no clock and does nothing itself, so that every order of events can be tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from evomerge.workers.events import (
    EndJob,
    HandOn,
    Instruction,
    JobAnswered,
    JobAsked,
    JobDied,
    JobRecorded,
    JobsStopped,
    ScheduleEvent,
    StartJob,
    TimePassed,
)

AHEAD = 4
"""Jobs for each worker that may be begun and not recorded: enough that no worker waits for a slow
job of another's, or for a judge, and few enough to be held in memory and lost in a crash."""


@dataclass(frozen=True)
class Rules:
    """What a schedule keeps to."""

    capacity: int = 1
    """How many jobs may be under way at once."""
    attempts: int = 1
    """How often a job is tried whose worker dies or takes too long."""
    limit_s: float | None = None
    """Seconds after which an attempt is ended; None for no limit."""

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
    """A job under way."""

    number: int
    since: float


@dataclass(frozen=True)
class Schedule:
    """What is known of all jobs that were asked for and are not recorded."""

    rules: Rules
    in_order: bool = True
    """Whether jobs are handed on in the order of asking, or as they end."""
    order: tuple[int, ...] = ()
    """Their keys, in the order of asking."""
    under_way: Mapping[int, Attempt] = field(default_factory=dict)
    ended: Mapping[int, str] = field(default_factory=dict)
    """Jobs that have ended and wait for those before them, each with its failure, "" for none."""

    @property
    def room(self) -> bool:
        """Whether another job may be asked for."""
        has_worker = len(self.under_way) < self.rules.capacity
        return has_worker and len(self.order) < self.rules.lag

    def step(self, event: ScheduleEvent) -> tuple[Schedule, tuple[Instruction, ...]]:
        """What follows from an event.

        An answer or a death of a job that is not under way changes nothing: the worker had been
        given up before.

        Raises:
            ValueError: a job is asked for where there is no room, or twice at once.
        """
        match event:
            case JobAsked(key, at):
                return self._begin(key, at)
            case JobAnswered(key) if key in self.under_way:
                return self._end(key, "")._hand_on()
            case JobDied(key, reason, at) if key in self.under_way:
                tries = self.under_way[key].number
                return self._retry(key, at, f"its worker died {_times(tries)} ({reason})")
            case TimePassed(at):
                return self._give_up(at)
            case JobRecorded(key):
                left = tuple(other for other in self.order if other != key)
                return replace(self, order=left), ()
            case JobsStopped():
                return self._close()
        return self, ()

    def _begin(self, key: int, at: float) -> tuple[Schedule, tuple[Instruction, ...]]:
        if not self.room or key in self.order:
            raise ValueError(f"job {key}: there is no room for it, or it is being done")
        begun = {**self.under_way, key: Attempt(1, at)}
        return replace(self, order=(*self.order, key), under_way=begun), (StartJob(key, 1),)

    def _end(self, key: int, failure: str) -> Schedule:
        left = {other: attempt for other, attempt in self.under_way.items() if other != key}
        return replace(self, under_way=left, ended={**self.ended, key: failure})

    def _retry(self, key: int, at: float, failure: str) -> tuple[Schedule, tuple[Instruction, ...]]:
        """Try a job once more, or end it with a failure."""
        number = self.under_way[key].number + 1
        if number > self.rules.attempts:
            return self._end(key, failure)._hand_on()
        again = {**self.under_way, key: Attempt(number, at)}
        return replace(self, under_way=again), (StartJob(key, number),)

    def _give_up(self, at: float) -> tuple[Schedule, tuple[Instruction, ...]]:
        """End the attempts that have taken too long."""
        limit, schedule, instructions = self.rules.limit_s, self, list[Instruction]()
        for key, attempt in self.under_way.items():
            if limit is not None and at - attempt.since > limit:
                failure = f"it took longer than {limit:g} s, {_times(attempt.number)}"
                schedule, following = schedule._retry(key, at, failure)
                instructions += [EndJob(key), *following]
        return schedule, tuple(instructions)

    def _hand_on(self) -> tuple[Schedule, tuple[Instruction, ...]]:
        """Hand on those that have ended and wait for no other."""
        ready = tuple(self._ready())
        left = {key: self.ended[key] for key in self.ended if key not in ready}
        return replace(self, ended=left), tuple(HandOn(key, self.ended[key]) for key in ready)

    def _ready(self) -> Iterator[int]:
        for key in self.order:
            if key in self.under_way and self.in_order:
                return
            if key in self.ended:
                yield key

    def _close(self) -> tuple[Schedule, tuple[Instruction, ...]]:
        order = tuple(key for key in self.order if key not in self.under_way)
        return replace(self, order=order, under_way={})._hand_on()


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
