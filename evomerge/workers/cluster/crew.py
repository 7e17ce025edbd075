"""The actors that there are: started, given jobs, replaced when they end, as many as fit."""

from __future__ import annotations

import math
import pickle
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import ray

from evomerge.errors import UserError
from evomerge.workers.cluster.causes import Cause, cause_of, last_line, missing_module
from evomerge.workers.cluster.member import CONTROL, CrewMember, Duty, hired
from evomerge.workers.cluster.messages import (
    BeginJob,
    Broken,
    Connect,
    Counted,
    JobEnded,
    OpenParents,
    ParentsTaken,
    Report,
    ShareRequests,
    WorkerAnswered,
)
from evomerge.workers.forks.endings import Ending
from evomerge.workers.forks.handle import OPEN_S

SILENT_S = 10.0
"""How long a worker may take to say something that it need not wait for."""
PAUSE_S = 2.0
"""Between two tries to start a worker where one could not start."""
NOT_INSTALLED = (
    "no worker can import evomerge ({}): install the same version on every node, or send it with a "
    "job's runtime_env (docs/cluster.md)"
)
NOTHING = pickle.dumps(None)
"""What a worker says that has opened parents."""


@dataclass
class Crew:
    """Actors for one run.

    What Ray calls back in its own threads is done by :meth:`hear`, in the caller's.

    Args:
        wake: takes what is to be done in the caller's thread.
        report: says something to the driver.
    """

    connect: Connect
    wake: Callable[[Callable[[], None]], None]
    report: Callable[[Report], None]
    members: list[CrewMember] = field(default_factory=list)
    waiting: deque[BeginJob] = field(default_factory=deque)
    trouble: str = ""

    def __post_init__(self) -> None:
        self._parents: tuple[Any, Any, str] | None = None
        self._requests: dict[int, tuple[bytes, Any]] = {}
        self._tried: dict[int, set[str]] = {}
        self._told = Counted(-1)
        self._nodes: list[dict[str, Any]] = []
        self._not_before = 0.0
        self._without_evomerge = 0
        self.look_around()

    def open(self, order: OpenParents) -> None:
        """Have all read other parents; what they do is given up."""
        self.report(ParentsTaken())
        self._parents = ray.put(order.parents), ray.put(order.content), order.run_dir
        self._tried.clear()
        self.waiting.clear()
        for member in [*self.members]:
            self._renew(member)
        self._told = Counted(-1)
        self._fill()
        self._count()

    def share(self, order: ShareRequests) -> None:
        """Keep requests that jobs will name."""
        self._requests[order.number] = order.requests, ray.put(order.requests)

    def begin(self, order: BeginJob) -> None:
        """Have an idle worker do a job, as soon as there is one."""
        self.waiting.append(order)
        self._dispatch()

    def end(self, key: int) -> None:
        """End the child that does a job; its worker takes another."""
        self.waiting = deque(one for one in self.waiting if one.key != key)
        for member in [one for one in self.members if one.job and one.job.key == key]:
            self._renew(member)
        self._muster()

    def look_around(self) -> None:
        """See which nodes there are, and start workers where there is room for them now."""
        nodes = ray.nodes()
        if [n["Alive"] for n in nodes] != [n["Alive"] for n in self._nodes]:
            for member in [one for one in self.members if not one.born]:
                self._dismiss(member)  # it waits for a share of what there was before
        self._nodes = nodes
        for member in [one for one in self.members if time.monotonic() > one.until]:
            self._dismiss(member)
        self._fill()

    def _fill(self) -> None:
        """Start as many as are missing."""
        names = [f"ray {number}" for number in range(self.connect.placement.count)]
        missing = [name for name in names if name not in {one.name for one in self.members}]
        for name in missing if time.monotonic() >= self._not_before else ():
            member = hired(name, self.connect, self._nodes)
            self.members.append(member)
            self._when(member.actor.ready.remote(), partial(self._born, member))

    def _born(self, member: CrewMember, future: Future[bool]) -> None:
        if member not in self.members:
            return
        if (error := future.exception()) is not None:
            self._cannot_start(member, error)
        else:
            member.born = True
            self._renew(member)

    def _cannot_start(self, member: CrewMember, error: BaseException) -> None:
        self.trouble = f"a worker could not start: {last_line(error)}"
        self._not_before = time.monotonic() + PAUSE_S
        self._dismiss(member)
        self._count()
        if (missing := missing_module(error)) and not any(one.born for one in self.members):
            self._without_evomerge += 1
            if self._without_evomerge > self.connect.placement.count:  # it was no single node
                self.report(Broken(pickle.dumps(UserError(NOT_INSTALLED.format(missing)))))

    def _renew(self, member: CrewMember) -> None:
        """Have a worker take another child, which reads the parents that there are now.

        Where the one before does a job the worker must say that it has ended it, since it may hang.
        """
        if self._parents is None or not member.born:
            return
        job, member.job = member.job, None
        member.duty, member.until = Duty.OPENING, time.monotonic() + OPEN_S + SILENT_S
        if job is not None:
            member.until = time.monotonic() + SILENT_S
            ended = member.actor.end.options(concurrency_group=CONTROL).remote(job.key)
            self._when(ended, partial(self._given_up, member))
        opened = member.opening = member.actor.open.remote(*self._parents)
        self._when(opened, partial(self._opened, member, opened))

    def _given_up(self, member: CrewMember, future: Future[None]) -> None:
        if future.exception() is None and member.duty is Duty.OPENING:
            member.until = time.monotonic() + OPEN_S + SILENT_S

    def _opened(self, member: CrewMember, opened: Any, future: Future[bytes]) -> None:
        if member not in self.members or member.opening is not opened:
            return
        if (error := future.exception()) is not None:
            self._cannot_start(member, error)
        elif future.result() != NOTHING:
            self.report(Broken(future.result()))
        else:
            member.duty, member.until = Duty.IDLE, math.inf
            self._dispatch()
            self._count()

    def _dispatch(self) -> None:
        """Give idle workers what waits, each job to one that has not tried it, if there is one."""
        while self.waiting and (idle := [one for one in self.members if one.duty is Duty.IDLE]):
            order = self.waiting.popleft()
            tried = self._tried.setdefault(order.key, set())
            member = min(idle, key=lambda one: one.name in tried)
            tried.add(member.name)
            member.duty, member.job = Duty.BUSY, order
            said = member.actor.evaluate.remote(order, [self._requests[order.requests][1]])
            self._when(said, partial(self._ended, member, order))

    def _ended(self, member: CrewMember, order: BeginJob, future: Future[bytes | Ending]) -> None:
        if member not in self.members or member.job is not order:
            return  # it was given up
        member.job, member.duty = None, Duty.IDLE
        if (error := future.exception()) is not None:
            self._failed(member, order, cause_of(error))
        elif isinstance(said := future.result(), Ending):
            self._renew(member)
            self._lost(order, said.reason, said.own)
        else:
            self._tried.pop(order.key, None)
            self.report(WorkerAnswered(order.key, said))
        self._dispatch()

    def _failed(self, member: CrewMember, order: BeginJob, cause: Cause) -> None:
        if cause.goes_on:
            payload = self._requests[order.requests][0]
            self.share(ShareRequests(order.requests, payload))  # they may be what was lost
            self.report(JobEnded(order.key, cause.reason, cause.own))
        else:
            self._dismiss(member)
            self._lost(order, cause.reason, cause.own)

    def _lost(self, order: BeginJob, reason: str, own: bool) -> None:
        """Say that a job has ended with the process that did it."""
        self.trouble = reason
        self._muster()
        self.report(JobEnded(order.key, reason, own))

    def _muster(self) -> None:
        """Ask idle workers whether their children live: what ended one may have ended others.

        Else a job might be given to one that hangs, which would be held against the job.
        """
        for member in [one for one in self.members if one.duty is Duty.IDLE]:
            member.duty, member.until = Duty.ASKED, time.monotonic() + SILENT_S
            self._when(member.actor.lives.remote(), partial(self._lives, member))
        self._fill()
        self._count()

    def _lives(self, member: CrewMember, future: Future[bool]) -> None:
        if member not in self.members or member.duty is not Duty.ASKED:
            return
        member.duty, member.until = Duty.IDLE, math.inf
        if future.exception():
            self._dismiss(member)
            self._fill()
        elif not future.result():
            self._renew(member)
        self._dispatch()
        self._count()

    def _dismiss(self, member: CrewMember) -> None:
        self.members.remove(member)
        ray.kill(member.actor)

    def _count(self) -> None:
        now = Counted(sum(one.counts for one in self.members), self.trouble)
        if now != self._told:
            self._told = now
            self.report(now)

    def _when(self, reference: Any, then: Callable[[Future[Any]], None]) -> None:
        """Have something done in the caller's thread when Ray has a result, or an error."""
        reference.future().add_done_callback(lambda f: self.wake(lambda: then(f)))
