"""Ctrl-C, termination and a closed terminal, turned into a clean stop at the next safe moment."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

from evomerge.errors import Interrupted, Stopped

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WHY = {signal.SIGTERM: "terminated", signal.SIGHUP: "its terminal was closed"}


class StopSignals:
    """While open, the first signal asks for a stop; a second Ctrl-C ends the process at once.

    Outside the main thread signals cannot be caught, and nothing is.
    """

    def __init__(self) -> None:
        self._asked: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            # Whoever ignores a closed terminal (nohup) goes on doing so.
            ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            caught = [n for n in _SIGNALS if n != signal.SIGHUP or not ignored]
            self._before = {number: signal.signal(number, self._ask) for number in caught}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._asked = number

    def check(self) -> None:
        """Raise Interrupted or Stopped if a signal has asked for it."""
        if self._asked == signal.SIGINT:
            raise Interrupted("interrupted")
        if self._asked is not None:
            raise Stopped(_WHY[signal.Signals(self._asked)])
