"""Ctrl-C, termination and a closed terminal, turned into a stop: clean where there is time for it.

A run loses nothing however it ends, so a stop need not be clean; it has to be soon. Schedulers give
ten seconds between asking and killing.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, Self

from evomerge.errors import Interrupted, Stopped, StoppedAtOnce

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WHY = {signal.SIGTERM: "terminated", signal.SIGHUP: "its terminal was closed"}

HURRY_S = 3.0
"""After which what has not come to a safe moment is interrupted where it is, such as in a merge."""
LAST_S = 5.0
"""After which, counted from there, a process that cannot even be interrupted is ended."""

_open: list[StopSignals] = []
"""Those of this process that are open."""


_forking = threading.local()


def _hold() -> None:
    """Hold signals back until a fork has handlers of its own."""
    _forking.mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS if _open else ())


def _release() -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, _forking.mask)


def _leave_to_parent() -> None:
    """In a fork signals are its own: a pool that ends its processes does not stop the run."""
    while _open:
        _open.pop().let_go()
    _release()


os.register_at_fork(before=_hold, after_in_parent=_release, after_in_child=_leave_to_parent)


class StopSignals:
    """While open, the first signal asks for a stop; a second Ctrl-C stops at once.

    A stop that was asked for is raised by :meth:`check`, or at once where nobody is
    :meth:`patient`. What has not stopped after a while is interrupted wherever it is. The
    process is ended if that does not help either, as in one long operation of a library; not
    after Ctrl-C, which a person can press again.

    Outside the main thread signals cannot be caught, and nothing is.

    Args:
        at_last: called just before the process is ended, from another thread.
    """

    def __init__(self, at_last: Callable[[], None] = lambda: None) -> None:
        self._at_last = at_last
        self._asked: int | None = None
        self._patient = self._hurries = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            # Whoever ignores a closed terminal (nohup) goes on doing so.
            ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            caught = [n for n in _SIGNALS if n != signal.SIGHUP or not ignored]
            self._heard, self._wakeup = os.pipe()
            os.set_blocking(self._wakeup, False)
            # The signal's number is written there even while the main thread runs no Python.
            self._wakeup_before = signal.set_wakeup_fd(self._wakeup, warn_on_full_buffer=False)
            self._watcher = threading.Thread(target=self._watch, name="stop", daemon=True)
            self._watcher.start()
            self._before = {number: signal.signal(number, self._ask) for number in caught}
            _open.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before:
            _open.remove(self)
            self.let_go()
            os.close(self._wakeup)
            self._watcher.join()
            os.close(self._heard)
        if isinstance(error, StoppedAtOnce):
            raise error.stopped from None

    def let_go(self) -> None:
        """Handle signals as before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)

    @contextlib.contextmanager
    def patient(self) -> Iterator[None]:
        """Within it a stop that is asked for waits for a :meth:`check`."""
        self._patient = True
        try:
            yield
        finally:
            self._patient = False

    def _ask(self, number: int, frame: FrameType | None) -> None:
        again = self._asked is not None and number == signal.SIGINT
        self._asked = number if self._asked is None else self._asked
        if again or self._hurries or not self._patient:
            raise StoppedAtOnce(self._stopped())

    def _stopped(self) -> Stopped:
        if self._asked == signal.SIGINT:
            return Interrupted("interrupted")
        return Stopped(_WHY[signal.Signals(self._asked or signal.SIGTERM)])

    def check(self) -> None:
        """Raise Interrupted or Stopped if a signal has asked for it."""
        if self._asked is not None:
            raise self._stopped()

    def _watch(self) -> None:
        """See to it that a stop that was asked for is not waited for too long; in a thread."""
        asked = 0
        while asked not in self._before:
            heard = os.read(self._heard, 1)
            if not heard:
                return
            asked = heard[0]
        if self._ends_within(HURRY_S):
            return
        self._hurries = True
        signal.pthread_kill(threading.main_thread().ident or 0, asked)
        if asked == signal.SIGINT or self._ends_within(LAST_S):
            return
        self._at_last()
        os._exit(Stopped.exit_code)

    def _ends_within(self, seconds: float) -> bool:
        """Whether this is closed by then."""
        hung_up = select.poll()
        hung_up.register(self._heard, 0)
        return bool(hung_up.poll(1000 * seconds))
