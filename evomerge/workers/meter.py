"""The time of a session's workers, measured: what each of them does at each moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from evomerge.ledger import Cost, WorkersTimed, WorkerTime
from evomerge.workers.attempt import Attempts
from evomerge.workers.schedule import Schedule

OFTEN_S = 30.0
"""Between two reports: what a killed session does not tell of its workers' time."""


class Meter:
    """Adds up seconds of workers, by what they do.

    Whatever happens, each worker that was asked for is counted once at each moment.

    Args:
        clock: seconds, never less than before.
        began: what it said when the session began. Until jobs are scheduled workers are starting.
        report: told all of it from time to time.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        began: float,
        report: Callable[[WorkersTimed], None] = lambda timed: None,
    ) -> None:
        self._clock, self._began, self._last = clock, began, began
        self._report, self._reported = report, began
        self._jobs = WorkerTime()
        self._starting_s = self._waiting_s = self._driver_s = 0.0
        self._workers, self._present, self._listens = 0, 0, False
        self._attempts: Attempts = {}
        self._busy: dict[int, tuple[tuple[int, int], float]] = {}
        """By key, which attempt it is, and since when."""

    def listen(self, listens: bool) -> None:
        """Say whether the driver has nothing to do from now on but to wait for workers."""
        self._tick()
        self._listens = listens

    def follow(self, schedule: Schedule, cost: Cost | None = None) -> None:
        """Count by a schedule from now on.

        Args:
            cost: of the job that was answered just now, if one was.
        """
        self._workers = schedule.rules.capacity
        now, before = self._tick(), self._busy
        self._present = schedule.workers
        if schedule.attempts is self._attempts:
            return
        self._attempts, self._busy = schedule.attempts, {}
        for key in schedule.under_way:
            known = before.get(key)
            which = schedule.attempts[key].number, schedule.attempts[key].losses
            self._busy[key] = known if known is not None and known[0] == which else (which, now)
        for key, attempt in before.items():
            if self._busy.get(key) != attempt:
                counts = None if key in schedule.attempts else cost
                self._jobs += _spent(now - attempt[1], counts)

    def leave(self) -> None:
        """Count what is still under way as lost: nobody waits for it any more."""
        now = self._tick()
        for _, since in self._busy.values():
            self._jobs += WorkerTime(lost_s=now - since)
        self._attempts, self._busy, self._listens = {}, {}, False

    def report(self, *, at_once: bool = False) -> None:
        """Report, unless that was done a short while ago.

        Args:
            at_once: in any case.
        """
        timed = self.timed
        if timed is not None and (at_once or self._last - self._reported > OFTEN_S):
            self._reported = self._last
            self._report(timed)

    @property
    def timed(self) -> WorkersTimed | None:
        """All of it until now; None where no jobs were ever scheduled."""
        now = self._tick()
        if not self._workers:
            return None
        time = replace(
            self._jobs,
            under_way_s=sum(now - since for _, since in self._busy.values()),
            starting_s=self._starting_s,
            waiting_s=self._waiting_s,
            driver_s=self._driver_s,
        )
        return WorkersTimed(self._workers, now - self._began, time)

    def _tick(self) -> float:
        """Count those that have done no job since the last tick; the time.

        One that is gone counts as busy until that is known of its job, too.
        """
        now = self._clock()
        if self._workers:
            passed, self._last = now - self._last, now
            idle = max(0, self._present - len(self._busy))
            self._starting_s += passed * (self._workers - len(self._busy) - idle)
            if self._listens:
                self._waiting_s += passed * idle
            else:
                self._driver_s += passed * idle
        return now


def _spent(span_s: float, cost: Cost | None) -> WorkerTime:
    """What an attempt was that took so long by the driver's clock.

    Args:
        cost: of its answer, by the worker's clock; None where there is none that counts.
    """
    if cost is None:
        return WorkerTime(lost_s=span_s)
    share = 1.0 if cost.wall_s <= span_s else span_s / cost.wall_s  # clocks differ a little
    known = cost * share
    rest = max(0.0, span_s - known.wall_s)
    return WorkerTime(known.merge_s, known.forward_s, known.other_s, handover_s=rest)
