"""A run seen through to its end: resumed in a process of its own whenever that ends early."""

from __future__ import annotations

import contextlib
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from evomerge.errors import EvomergeError, Interrupted, Stopped, UserError
from evomerge.ledger import (
    Asked,
    BudgetRaised,
    CycleEnded,
    Finished,
    ItemsOpened,
    Ledger,
    Part,
    Told,
    WinnerChosen,
)

FURTHER = (Asked, Part, Told, CycleEnded, WinnerChosen, ItemsOpened, Finished)
"""Records that bring a run further; how often it was begun and stopped does not."""

MAIN = "from evomerge.cli.main import main; main()"


@dataclass(frozen=True)
class Pauses:
    """How long to wait before a run is resumed, and how often in vain."""

    first_s: float = 5.0
    factor: float = 2.0
    most_s: float = 600.0
    resumes: int = 5
    """In a row that bring the run no further: then it is given up."""

    def pause_s(self, vain: int) -> float:
        """Seconds before the next resume, after so many in vain."""
        return min(self.most_s, self.first_s * self.factor**vain)


PAUSES = Pauses()


def until_finished(
    run_dir: Path,
    options: Sequence[str],
    limits: Mapping[str, float],
    say: Callable[[str], None],
    pauses: Pauses = PAUSES,
) -> None:
    """Resume a run until it is finished, however often it stops or its process dies.

    Ctrl-C, termination and a closed terminal stop the run cleanly, and this with it.

    Args:
        options: of `evomerge resume`.
        limits: of the budget, in all, that are to be raised.
        say: told how it goes on.

    Raises:
        UserError: the run cannot be resumed; its process has said why.
        EvomergeError: it came no further, several times in a row.
        Stopped: a signal ended it, and it can be resumed.
    """
    vain, known, left = 0, _reached(run_dir, 0), limits
    with _Child() as child:
        while True:
            code = child.run(_resuming(run_dir, options, left))
            if code == 0:
                return
            child.check()
            if code == UserError.exit_code:
                raise UserError(f"{run_dir}: cannot be resumed, as was just said")
            before, known, left = known, _reached(run_dir, known), _unraised(run_dir, limits)
            vain = 0 if known > before else vain + 1
            how = _ending(code)
            if vain >= pauses.resumes:
                raise _given_up(run_dir, vain, how)
            pause_s = pauses.pause_s(vain)
            say(f"{run_dir}: the run {how}; it is resumed in {pause_s:g} s")
            child.wait(pause_s)
            child.check()


def _given_up(run_dir: Path, vain: int, how: str) -> EvomergeError:
    return EvomergeError(
        f"{run_dir}: given up: {vain} resumes in a row brought the run no further, the last {how}; "
        f"go on with: evomerge resume {shlex.quote(str(run_dir))}"
    )


def _resuming(run_dir: Path, options: Sequence[str], limits: Mapping[str, float]) -> list[str]:
    """The command that resumes a run."""
    raising = (word for name, limit in limits.items() for word in (f"--{name}", f"{limit:.17g}"))
    return [sys.executable, "-P", "-c", MAIN, "resume", str(run_dir), *options, *raising]


def _unraised(run_dir: Path, limits: Mapping[str, float]) -> dict[str, float]:
    """The limits that are not on record yet."""
    with Ledger(run_dir) as ledger:
        raised = [event.budget for event in ledger.all_of(BudgetRaised)]
    known = raised[-1] if raised else {}
    return {name: limit for name, limit in limits.items() if limit > (known.get(name) or 0)}


class _Child:
    """One process after the other, to which the signals go that this one is sent."""

    def __init__(self) -> None:
        self._asked: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._woken = threading.Event()
        self._handlers = contextlib.ExitStack()

    def __enter__(self) -> _Child:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers.enter_context(_handled(number, self._pass_on))
        return self

    def __exit__(self, *ending: object) -> None:
        self._handlers.close()

    def run(self, command: Sequence[str]) -> int:
        """Run a command to its end; its exit status, negative for the signal that killed it.

        In a process group of its own, or it would be sent Ctrl-C twice.
        """
        self._process = subprocess.Popen(command, process_group=0)  # noqa: S603 - evomerge itself
        if self._asked is not None:  # while it was begun
            self._process.send_signal(self._asked)
        try:
            return self._process.wait()
        finally:
            self._process = None

    def wait(self, seconds: float) -> None:
        """Wait, unless a stop is asked for."""
        self._woken.wait(seconds)

    def check(self) -> None:
        """Raise Interrupted or Stopped if a signal has asked for it."""
        if self._asked is not None:
            kind = Interrupted if self._asked == signal.SIGINT else Stopped
            raise kind("the run is stopped, and not resumed any more")

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        self._asked = number if self._asked is None else self._asked
        self._woken.set()
        if self._process is not None:
            self._process.send_signal(number)


@contextlib.contextmanager
def _handled(number: int, handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def _reached(run_dir: Path, since: int) -> int:
    """The number of the last record that brings the run further.

    Args:
        since: of one before.
    """
    with Ledger(run_dir) as ledger:
        found = ledger.records(*FURTHER, since=since)
        return max((record.number for record in found), default=since)


def _ending(code: int) -> str:
    """How a process ended, in words."""
    if code == Stopped.exit_code:
        return "stopped early"
    if code < 0:
        return f"was killed ({signal.strsignal(-code)})"
    return f"ended with status {code}"
