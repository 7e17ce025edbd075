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

from evomerge.workers.cluster.causes import Cause, cause_of, last_line
from evomerge.workers.cluster.inquests import Inquests
from evomerge.workers.cluster.member import CrewMember, Duty, hired
from evomerge.workers.cluster.messages import (
    BeginJob,
    Broken,
    Connect,
    Counted,
    JobEnded,
    OpenParents,
    Report,
    ShareRequests,
    WorkerAnswered,
)
from evomerge.workers.cluster.remains import Birth

SILENT_S = 10.0
"""How long an idle worker may take to say that it lives."""
PAUSE_S = 2.0
"""Between two tries to start a worker where one could not start."""
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
        self._compared: set[str] = set()
        self._comparing: dict[str, CrewMember] = {}
        self._requests: dict[int, tuple[bytes, Any]] = {}
        self._tried: dict[int, set[str]] = {}
        self._told = Counted(-1)
        self._nodes: list[dict[str, Any]] = []
        self._not_before = 0.0
        self._inquests = Inquests(self._when, self.report)
        self.look_around()

    def open(self, order: OpenParents) -> None:
        """Have all read other parents; who is busy, or has yet to say that it lives, ends."""
        self._parents = ray.put(order.parents), ray.put(order.content), order.run_dir
        self._compared.clear()
        self._comparing.clear()
        self._tried.clear()
        self.waiting.clear()
        for member in [one for one in self.members if one.duty in (Duty.BUSY, Duty.ASKED)]:
            self._dismiss(member)
        for member in self.members:
            self._open(member)
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
        """End the worker that does a job."""
        self.waiting = deque(one for one in self.waiting if one.key != key)
        self._inquests.forget(key)
        for member in [one for one in self.members if one.job and one.job.key == key]:
            self._dismiss(member)
        self._muster()

    def look_around(self) -> None:
        """See which nodes there are, and start workers where there is room for them now."""
        nodes = ray.nodes()
        if [n["Alive"] for n in nodes] != [n["Alive"] for n in self._nodes]:
            for member in [one for one in self.members if one.birth is None]:
                self._dismiss(member)  # it waits for a share of what there was before
        self._nodes = nodes
        for member in [one for one in self.members if time.monotonic() > one.until]:
            self._dismiss(member)
        self._inquests.look()
        self._fill()

    def _fill(self) -> None:
        """Start as many as are missing."""
        names = [f"ray {number}" for number in range(self.connect.placement.count)]
        missing = [name for name in names if name not in {one.name for one in self.members}]
        for name in missing if time.monotonic() >= self._not_before else ():
            member = hired(name, self.connect, self._nodes)
            self.members.append(member)
            self._when(member.actor.born.remote(), partial(self._born, member))

    def _born(self, member: CrewMember, future: Future[Birth]) -> None:
        if member not in self.members:
            return
        if (error := future.exception()) is not None:
            self._cannot_start(member, error)
        else:
            member.birth = future.result()
            self._open(member)

    def _cannot_start(self, member: CrewMember, error: BaseException) -> None:
        self.trouble = f"a worker could not start: {last_line(error)}"
        self._not_before = time.monotonic() + PAUSE_S
        self._dismiss(member)
        self._count()

    def _open(self, member: CrewMember) -> None:
        if self._parents is None or member.birth is None:
            return
        member.duty, member.until = Duty.OPENING, math.inf
        node, given = member.birth.node, self._parents
        if node in self._comparing:
            return  # the first on each node compares; the others map the same files
        compares = node not in self._compared
        if compares:
            self._comparing[node] = member
        opened = member.actor.open.remote(given[0], given[1] if compares else None, given[2])
        self._when(opened, partial(self._opened, member, given))

    def _opened(self, member: CrewMember, given: Any, future: Future[bytes]) -> None:
        if member not in self.members or given is not self._parents:
            return
        if (error := future.exception()) is not None:
            self._cannot_start(member, error)
        elif future.result() != NOTHING:
            self.report(Broken(future.result()))
        else:
            assert member.birth is not None
            member.duty = Duty.IDLE
            self._compared.add(member.birth.node)
            if self._comparing.pop(member.birth.node, None) is not None:
                self._open_others(member.birth.node)
            self._dispatch()
            self._count()

    def _open_others(self, node: str) -> None:
        """Have those opened that waited for one on their node to compare, or for its end."""
        for other in self.members:
            if other.birth and other.birth.node == node and other.duty is Duty.OPENING:
                self._open(other)

    def _dispatch(self) -> None:
        """Give idle workers what waits, each job to one that has not tried it, if there is one."""
        while self.waiting and (idle := [one for one in self.members if one.duty is Duty.IDLE]):
            order = self.waiting.popleft()
            tried = self._tried.setdefault(order.key, set())
            member = min(idle, key=lambda one: one.name in tried)
            tried.add(member.name)
            member.duty, member.job = Duty.BUSY, order
            number, shared = order.requests, [self._requests[order.requests][1]]
            job = order.key, order.recipe, number, shared, order.chosen, order.digest
            said = member.actor.evaluate.remote(*job)
            self._when(said, partial(self._ended, member, order))

    def _ended(self, member: CrewMember, order: BeginJob, future: Future[bytes]) -> None:
        if member not in self.members or member.job is not order:
            return  # it was given up
        member.job = None
        if (error := future.exception()) is not None:
            self._failed(member, order, cause_of(error))
        else:
            member.duty = Duty.IDLE
            self._tried.pop(order.key, None)
            self.report(WorkerAnswered(order.key, future.result()))
        self._dispatch()

    def _failed(self, member: CrewMember, order: BeginJob, cause: Cause) -> None:
        if cause.goes_on:
            member.duty = Duty.IDLE
            payload = self._requests[order.requests][0]
            self.share(ShareRequests(order.requests, payload))  # they may be what was lost
        else:
            self._dismiss(member)
            self.trouble = cause.reason
            self._muster()
        if cause.unknown and member.birth is not None:
            self._inquests.begin(order.key, cause, member.birth)
        else:
            self.report(JobEnded(order.key, cause.reason, cause.own))

    def _muster(self) -> None:
        """Ask idle workers whether they live: what ended one may have ended them, unnoticed.

        Else a job might be given to another that hangs, which would be held against the job.
        """
        for member in [one for one in self.members if one.duty is Duty.IDLE]:
            member.duty, member.until = Duty.ASKED, time.monotonic() + SILENT_S
            self._when(member.actor.born.remote(), partial(self._lives, member))
        self._fill()
        self._count()

    def _lives(self, member: CrewMember, future: Future[Birth]) -> None:
        if member not in self.members or member.duty is not Duty.ASKED:
            return
        member.duty, member.until = Duty.IDLE, math.inf
        if future.exception():
            self._dismiss(member)
            self._fill()
        self._dispatch()
        self._count()

    def _dismiss(self, member: CrewMember) -> None:
        self.members.remove(member)
        ray.kill(member.actor)
        if member in self._comparing.values():
            assert member.birth is not None
            del self._comparing[member.birth.node]
            self._open_others(member.birth.node)

    def _count(self) -> None:
        now = Counted(sum(one.counts for one in self.members), self.trouble)
        if now != self._told:
            self._told = now
            self.report(now)

    def _when(self, reference: Any, then: Callable[[Future[Any]], None]) -> None:
        """Have something done in the caller's thread when Ray has a result, or an error."""
        reference.future().add_done_callback(lambda f: self.wake(lambda: then(f)))
