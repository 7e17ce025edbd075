"""Carries out a schedule: jobs to the workers, answers to a judge, results in the order asked."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from evomerge.errors import EvomergeError, Stopped
from evomerge.ledger import Cost, State
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
from evomerge.workers.meter import Meter
from evomerge.workers.pool import Inline
from evomerge.workers.protocol import Answer, Job, Workers
from evomerge.workers.schedule import Schedule

R = TypeVar("R")

POLL_S = 0.2
"""Between two looks at whether the run is to stop, while a judge is waited for."""
MOST_LISTENED_S = 5.0
"""Most seconds that count of one look for an answer. A look takes less, unless this process or the
machine was stopped in it; or the job is done in this process, where nothing else can be ended."""


@dataclass
class Learnt:
    """What one call of :func:`carry_out` leaves to the next: how long jobs take, and took."""

    meter: Meter = field(default_factory=lambda: Meter(time.monotonic, time.monotonic()))
    times: JobTimes = field(default_factory=JobTimes)


def answers(
    workers: Workers, jobs: Iterable[Job], checkpoint: Callable[[], None] = lambda: None
) -> Iterator[Answer]:
    """The answer to each job, in the order of the jobs; see :func:`carry_out`."""
    return carry_out(workers, jobs, lambda answer: answer, Inline(), checkpoint)


def carry_out(
    workers: Workers,
    jobs: Iterable[Job | None],
    judge: Callable[[Answer], R],
    pool: Executor,
    checkpoint: Callable[[], None] = lambda: None,
    learnt: Learnt | None = None,
    *,
    in_order: bool = True,
) -> Iterator[R]:
    """What a judge makes of the answer to each job, in the order of the jobs.

    The order in which answers come makes no difference to what is judged when, nor to what is given
    when, unless that is wanted. Workers go on with the next jobs while answers are judged, and
    while results are used.

    Args:
        workers: opened.
        jobs: the next one is taken when a worker is free for it; None says that there is none
            until another has ended.
        judge: called once for each job, in their order.
        pool: where it is called, if it has one thread or none of its own.
        checkpoint: called from time to time; it may raise Stopped.
        learnt: of earlier jobs of the run; brought up to date.
        in_order: otherwise answers are judged and given as they come.

    Raises:
        Stopped: by the checkpoint or the judge; or there is no worker, and none comes.
        EvomergeError: by a worker, a judge or the jobs; or another engine answered than the
            workers are said to have. Whatever is raised, what has been answered until then is
            judged and given first.
    """
    learnt = learnt or Learnt()
    return _Driver(workers, jobs, judge, pool, checkpoint, learnt, in_order).results()


class _Driver(Generic[R]):
    def __init__(
        self,
        workers: Workers,
        jobs: Iterable[Job | None],
        judge: Callable[[Answer], R],
        pool: Executor,
        checkpoint: Callable[[], None],
        learnt: Learnt,
        in_order: bool,
    ) -> None:
        self._workers, self._jobs = workers, iter(jobs)
        self._judge, self._pool, self._checkpoint = judge, pool, checkpoint
        self._learnt = learnt
        self._schedule = Schedule(workers.rules, in_order, times=learnt.times)
        self._engine = workers.engine.identity
        self._listened_s = 0.0
        """How long answers were waited for. While a judge keeps the driver, or it is stopped, an
        answer may lie there unheard: that is not the worker's time."""
        self._asked_all = False
        self._by_key: dict[int, Job] = {}
        self._answers: dict[int, Answer] = {}
        self._judged: deque[tuple[int, Future[R]]] = deque()

    def results(self) -> Iterator[R]:
        try:
            while True:
                self._learnt.meter.report()
                self._begin()
                if self._asked_all and not self._schedule.order:
                    return
                wants_workers = not self._asked_all and not self._schedule.workers
                waits_for_workers = self._schedule.attempts or wants_workers
                yield from self._ready(waits=not waits_for_workers)
                if waits_for_workers:
                    self._listen()
        except Exception:
            self._step(JobsStopped())
            self._learnt.meter.report(at_once=True)
            yield from self._left()
            raise
        finally:
            self._learnt.meter.leave()

    def _begin(self) -> None:
        """Begin jobs as long as there is room for one."""
        present = self._workers.present
        self._step(WorkersCounted(present.count, self._listened_s, present.trouble))
        while self._schedule.room and not self._asked_all:
            try:
                job = next(self._jobs)
            except StopIteration:
                self._asked_all = True
                return
            if job is None:
                self._asked_all = not self._schedule.order
                return
            self._by_key[job.key] = job
            self._step(JobAsked(job.key, self._listened_s, job.size))

    def _listen(self) -> None:
        began = time.monotonic()
        self._learnt.meter.listen(True)
        said = self._workers.collect(self._checkpoint)
        self._learnt.meter.listen(False)
        self._listened_s += min(time.monotonic() - began, MOST_LISTENED_S)
        now = self._listened_s
        if isinstance(said, Answer):
            self._check_engine(said)
            self._answers[said.key] = said
            if said.again:
                self._step(JobFailed(said.key, said.reason, now), said.cost)
            else:
                self._step(JobAnswered(said.key, now, said.cost.wall_s), said.cost)
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
                self._workers.submit(self._by_key[key])
            case EndJob(key):
                self._workers.end(key)
            case HandOn(key, failure):
                answer = self._answers.pop(key, Answer(key, State.FAILED))
                if failure:
                    answer = replace(answer, state=State.FAILED, reason=failure)
                del self._by_key[key]
                self._judged.append((key, self._pool.submit(self._judge, answer)))
            case GiveUp(reason):
                raise Stopped(reason)

    def _ready(self, waits: bool) -> Iterator[R]:
        """What has been judged; where there is nothing else to wait for, also the next one."""
        while self._judged and (waits or self._judged[0][1].done()):
            while waits and not self._judged[0][1].done():
                self._checkpoint()
                wait([self._judged[0][1]], timeout=POLL_S)
            key, future = self._judged.popleft()
            yield future.result()
            self._step(JobRecorded(key))
            waits = False

    def _left(self) -> Iterator[R]:
        """All that was answered before a stop or an error, but for what no judge can judge."""
        while self._judged:
            _, future = self._judged.popleft()
            if future.exception() is None:  # else it is asked again when the run is resumed
                yield future.result()

    def _check_engine(self, answer: Answer) -> None:
        if answer.engine is not None and answer.engine != self._engine:
            raise EvomergeError(
                f"worker {answer.worker} answers with {answer.engine}, and the run is made with "
                f"{self._engine}: scores of both cannot stand side by side; install the same there"
            )
