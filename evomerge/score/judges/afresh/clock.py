"""A clock that tells another date and time of day."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar

import time_machine

T = TypeVar("T")

SEED = 0x5EC0D
"""Of everything that chance decides while answers are judged a second time."""

BACK = timedelta(days=1201, hours=13, minutes=37, seconds=41)
"""How far behind the real time the clock begins: in another year, month and half of the day."""

STEP_S = 2 * 86_400
"""Seconds that pass between two answers at most. Over some answers every hour, weekday and parity
comes up, so that a judge that reads any of them cannot give the same grades by luck."""


class Clock:
    """While open, Python's clocks of the day are at another time, and go on from there.

    `time.time`, `datetime.now`, `date.today` and their like are changed in C, so that what has
    imported them before sees it too. `time.monotonic` and the counters of a process go on as they
    are: other threads wait by them. Time never goes back while it is open: a thread that waits for
    a time to come would wait for years.
    """

    def __init__(self) -> None:
        self._random = random.Random(SEED)
        self.passed_s = 0.0
        """Seconds that :meth:`between` has let pass."""

    def __enter__(self) -> Self:
        self._travel = time_machine.travel(-BACK, tick=True)
        self._traveller = self._travel.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._travel.stop()

    def between(self, items: Iterable[T]) -> Iterator[T]:
        """The items; before each of them some time passes, by steps that are always the same."""
        for item in items:
            step = self._random.uniform(0, STEP_S)
            self.passed_s += step
            self._traveller.shift(step)
            yield item
