"""Carries out a schedule: jobs to the workers, answers to a judge, results in the order asked.

It lives as long as its workers are open. Idle ones do what is foreseen, from one call to the next.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from dataclasses import replace
from typing import Generic, TypeVar

from evomerge.errors import Stopped
from evomerge.ledger import Cost, State
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
from evomerge.workers.learnt import Learnt
from evomerge.workers.pool import Inline
from evomerge.workers.protocol import Answer, Job, Known, Workers
from evomerge.workers.schedule import Schedule

R = TypeVar("R")

POLL_S = 0.2
"""Between two looks at whether the run is to stop, while a judge is waited for."""
MOST_LISTENED_S = 5.0
"""Of one look for an answer; it takes more where this process is stopped, or does the job."""


def answers(
    workers: Workers, jobs: Iterable[Job], checkpoint: Callable[[], None] = lambda: None
) -> Iterator[Answer]:
    """The answer to each job, in the order of the jobs; see :meth:`Driver.carry_out`."""
    with contextlib.closing(Driver(workers, lambda answer: answer, Inline(), checkpoint)) as driver:
        yield from driver.carry_out(jobs)


class Driver(Generic[R]):
    """Has workers do jobs, and a judge judge the answers, one call after the other.

    Args:
        workers: opened.
        judge: called once for each job; in their order, unless jobs may be foreseen.
        pool: where it is called, if it has one thread or none of its own.
        checkpoint: called from time to time; it may raise Stopped.
        learnt: of earlier jobs of the run; brought up to date.
    """

    def __init__(
        self,
        workers: Workers,
        judge: Callable[[Answer], R],
        pool: Executor,
        checkpoint: Callable[[], None] = lambda: None,
        learnt: Learnt | None = None,
    ) -> None:
        self.workers, self._judge, self._pool, self._checkpoint = workers, judge, pool, checkpoint
        self._learnt = learnt or Learnt()
        self._schedule = Schedule(workers.rules, times=self._learnt.times)
        self._listened_s = 0.0  # while a judge keeps the driver, answers may lie there unheard
        self._jobs: Iterator[Job | Known[R] | None] = iter(())
        self._foresee: Callable[[int], Job | None] | None = None
        self._asked_all, self._in_order, self._looked_at, self._given = False, True, -1, 0
        self._by_key: dict[int, Job] = {}
        self._answers: dict[int, Answer] = {}
        self._judged: dict[int, Future[R]] = {}  # of those that were asked for
        self._foreseen: dict[int, Future[R]] = {}  # of those that nobody has asked for yet
        self._known: dict[int, Future[R]] = {}  # asked for since, and waiting for their turn

    def carry_out(
        self,
        jobs: Iterable[Job | Known[R] | None],
        foresee: Callable[[int], Job | None] | None = None,
        *,
        in_order: bool = True,
    ) -> Iterator[R]:
        """What a judge makes of the answer to each job, in their order; workers go on meanwhile.

        Args:
            jobs: the next one is taken when a worker is free for it; None says that there is none
                until another has ended. One that was foreseen is asked for by its key.
            foresee: gives a job that will probably be asked for, where a worker is idle; told how
                many workers do none such. Its result is given as soon as it is there, in this call
                or a later one; if it fails it is forgotten. All answers are judged as they come.
            in_order: otherwise results are given as they come.

        Raises:
            Stopped: by the checkpoint or the judge; or there is no worker, and none comes.
            EvomergeError: by a worker, a judge or the jobs; or another engine answered. Whatever is
                raised, what was answered before is judged and given first.
        """
        self._jobs, self._foresee = iter(jobs), foresee
        self._asked_all, self._in_order, self._looked_at = False, in_order, -1
        self._schedule = replace(self._schedule, in_order=in_order and foresee is None)
        try:
            yield from self._results()
        except Exception:
            self._step(JobsStopped())
            self._learnt.meter.report(at_once=True)
            yield from self._left()
            raise

    def close(self) -> None:
        """Wait for nothing any more: the workers are to be closed."""
        self._learnt.meter.leave()

    def _results(self) -> Iterator[R]:
        while True:
            self._learnt.meter.report()
            self._begin()
            if self._asked_all and not self._schedule.order:
                return
            self._look_ahead()
            awaited = len(self._schedule.attempts) > self._schedule.foreseen
            listens = awaited or (not self._asked_all and not self._schedule.workers)
            yield from self._ready(waits=not listens)
            if listens:
                self._listen()

    def _begin(self) -> None:
        """Begin jobs as long as there is room for one."""
        there = self.workers.present
        self._step(WorkersCounted(there.count, self._listened_s, there.trouble))
        while self._schedule.room and not self._asked_all:
            try:
                job = next(self._jobs)
            except StopIteration:
                self._asked_all = True
                return
            if job is None:
                self._asked_all = not self._schedule.order
                return
            if isinstance(job, Known):
                self._foreseen[job.key] = Inline().submit(lambda result: result, job.result)
            if job.key in self._foreseen:
                self._known[job.key] = self._foreseen.pop(job.key)
                self._step(JobKnown(job.key))
            elif isinstance(job, Job):
                self._by_key[job.key] = job
                self._step(JobAsked(job.key, self._listened_s, job.size))

    def _look_ahead(self) -> None:
        """Give idle workers jobs that are foreseen."""
        known = sum(future.done() for future in self._judged.values()) + self._given
        if self._foresee is None or self.workers.rules.capacity == 1 or known == self._looked_at:
            return
        while self._schedule.idle:
            job = self._foresee(self._schedule.workers - self._schedule.foreseen)
            if job is None:
                self._looked_at = known
                break
            self._by_key[job.key] = job
            self._step(JobForeseen(job.key, self._listened_s, job.size))

    def _listen(self) -> None:
        began = time.monotonic()
        self._learnt.meter.listen(True)
        said = self.workers.collect(self._checkpoint)
        self._learnt.meter.listen(False)
        self._listened_s += min(time.monotonic() - began, MOST_LISTENED_S)
        now = self._listened_s
        if isinstance(said, Answer):
            said.require_engine(self.workers.engine.identity)
            self._answers[said.key] = said
            failed = JobFailed(said.key, said.reason, now) if said.again else None
            self._step(failed or JobAnswered(said.key, now, said.cost.wall_s), said.cost)
        elif said is not None:
            lost = JobFailed if said.own else JobLost
            self._step(lost(said.key, said.reason, now))
        self._step(TimePassed(now))

    def _step(self, event: ScheduleEvent, cost: Cost | None = None) -> None:
        self._schedule, instructions = self._schedule.step(event)
        self._learnt.meter.follow(self._schedule, cost)
        self._learnt.times = self._schedule.times
        for instruction in instructions:
            self._follow(instruction)

    def _follow(self, instruction: Instruction) -> None:
        match instruction:
            case StartJob(key):
                self.workers.submit(self._by_key[key])
            case EndJob(key):
                self.workers.end(key)
            case HandOn(key) if key in self._known:
                self._judged[key] = self._known.pop(key)
            case HandOn(key, failure):
                answer = self._answers.pop(key, Answer(key, State.FAILED))
                if failure:
                    answer = replace(answer, state=State.FAILED, reason=failure)
                del self._by_key[key]
                to = self._judged if key in self._schedule.order else self._foreseen
                to[key] = self._pool.submit(self._judge, answer)
            case Drop(key):
                del self._by_key[key]
                self._answers.pop(key, None)
            case GiveUp(reason):
                raise Stopped(reason)

    @property
    def early(self) -> list[R]:
        """Results that are there, and wait for those of jobs that were asked for before."""
        return [f.result() for f in self._judged.values() if f.done() and not f.exception()]

    def _ready(self, waits: bool) -> Iterator[R]:
        """What has been judged; where there is nothing else to wait for, also the next one."""
        while (future := self._judged.get(key := self._next_key)) and (waits or future.done()):
            while waits and not future.done():
                self._checkpoint()
                wait([future], timeout=POLL_S)
            del self._judged[key]
            yield future.result()
            self._step(JobRecorded(key))
            waits, self._given = False, self._given + 1
            self._begin()  # of many that wait for a slow judge no worker waits for all
        for key in [key for key, future in self._foreseen.items() if future.done()]:
            future, self._given = self._foreseen.pop(key), self._given + 1
            if future.exception() is None:  # else it is raised when the job is asked for
                yield future.result()

    @property
    def _next_key(self) -> int:
        """The job whose result is to be given next; -1: none."""
        return next(iter(self._schedule.order if self._in_order else self._judged), -1)

    def _left(self) -> Iterator[R]:
        """All that was answered before a stop or an error, but for what no judge can judge."""
        asked = [self._judged[key] for key in self._schedule.order if key in self._judged]
        for future in [*asked, *self._foreseen.values()]:
            if future.exception() is None:  # else it is asked again when the run is resumed
                yield future.result()
