"""Carries out a schedule: jobs to the workers, answers to a judge, results in the order asked."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from typing import Generic, TypeVar

from evomerge.errors import EvomergeError
from evomerge.ledger import State
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
from evomerge.workers.pool import Inline
from evomerge.workers.protocol import Answer, Job, Lost, Workers
from evomerge.workers.schedule import Schedule

R = TypeVar("R")

POLL_S = 0.2
"""Between two looks at whether the run is to stop, while a judge is waited for."""


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
        in_order: otherwise answers are judged and given as they come.

    Raises:
        Stopped: by the checkpoint or the judge.
        EvomergeError: by a worker, a judge or the jobs; or another engine answered than the
            workers are said to have. Whatever is raised, what has been answered until then is
            judged and given first.
    """
    return _Driver(workers, jobs, judge, pool, checkpoint, in_order).results()


class _Driver(Generic[R]):
    def __init__(
        self,
        workers: Workers,
        jobs: Iterable[Job | None],
        judge: Callable[[Answer], R],
        pool: Executor,
        checkpoint: Callable[[], None],
        in_order: bool,
    ) -> None:
        self._workers, self._jobs = workers, iter(jobs)
        self._judge, self._pool, self._checkpoint = judge, pool, checkpoint
        self._schedule = Schedule(workers.rules, in_order)
        self._engine = workers.engine.identity
        self._by_key: dict[int, Job] = {}
        self._answers: dict[int, Answer] = {}
        self._judged: deque[tuple[int, Future[R]]] = deque()

    def results(self) -> Iterator[R]:
        try:
            while True:
                self._begin()
                if not self._schedule.order:
                    return
                yield from self._ready(waits=not self._schedule.under_way)
                if self._schedule.under_way:
                    self._hear(self._workers.collect(self._checkpoint))
        except Exception:
            self._step(JobsStopped())
            yield from self._left()
            raise

    def _begin(self) -> None:
        """Begin jobs as long as there is room for one."""
        while self._schedule.room and (job := next(self._jobs, None)) is not None:
            self._by_key[job.key] = job
            self._step(JobAsked(job.key, time.monotonic()))

    def _hear(self, said: Answer | Lost | None) -> None:
        now = time.monotonic()
        if isinstance(said, Answer):
            self._check_engine(said)
            self._answers[said.key] = said
            self._step(JobAnswered(said.key, now))
        elif said is not None:
            self._step(JobDied(said.key, said.reason, now))
        self._step(TimePassed(now))

    def _step(self, event: ScheduleEvent) -> None:
        self._schedule, instructions = self._schedule.step(event)
        for instruction in instructions:
            self._follow(instruction)

    def _follow(self, instruction: Instruction) -> None:
        match instruction:
            case StartJob(key):
                self._workers.submit(self._by_key[key])
            case EndJob(key):
                self._workers.end(key)
            case HandOn(key, failure):
                answer = self._answers.pop(key, None)
                if answer is None or failure:
                    answer = Answer(key, State.FAILED, failure)
                del self._by_key[key]
                self._judged.append((key, self._pool.submit(self._judge, answer)))

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
