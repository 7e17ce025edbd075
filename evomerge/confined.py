"""A function run in a process of its own, which has so much time and memory and no more."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import resource
import signal
import struct
import threading
import weakref
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from evomerge.errors import RecipeError

SECONDS = 1.0
"""Of computing, that one call may take unless more is said: what it is for takes milliseconds."""
WAITED = 5.0
"""Times as long by the clock, on a machine that is busy with other things."""
MEMORY = 250 * 10**6
"""Bytes that the process may take beyond those that it begins with, unless more is said."""
ANSWER = 50 * 10**6
"""Most characters of an answer."""
_TOO_MUCH = frozenset({"MemoryError", "RecursionError"})
_LENGTH = struct.Struct("!Q")


class Exceeded(RecipeError):
    """A call took more time or memory than it has."""


class Confined:
    """A function that a stranger's text decides over, as a template does.

    It runs in a copy of this process (a fork), made at its first call and kept for the next ones:
    a call then costs some 0.1 ms. A call that takes more time or memory than it has ends the copy,
    and the next call has another. The copy has no open files but its own two pipes.

    Args:
        function: gives what JSON can hold.
        errors: exceptions that are passed on as they are, if they are made of a message alone;
            others become a RuntimeError.
        seconds: of computing, for one call; by default :data:`SECONDS`.
        memory: bytes, beyond those that the process begins with; by default :data:`MEMORY`.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        errors: Iterable[type[Exception]] = (),
        *,
        seconds: float | None = None,
        memory: int | None = None,
    ) -> None:
        self._function = function
        self._seconds, self._memory = seconds or SECONDS, memory or MEMORY
        self._errors = {kind.__name__: kind for kind in errors}
        self._lock = threading.Lock()
        self._end: weakref.finalize[Any, Any] | None = None
        self._asking = self._hearing = -1

    def __call__(self, *arguments: Any) -> Any:
        """What the function makes of arguments that can be pickled.

        Raises:
            Exceeded: it takes too much time or memory.
            Exception: what the function raises.
        """
        asked = pickle.dumps(arguments)
        with self._lock:
            if self._end is None or not self._end.alive:
                self._begin()
            try:
                _send(self._asking, asked)
                said = json.loads(_receive(self._hearing))
            except (EOFError, OSError):
                assert self._end is not None
                self._end()
                raise Exceeded(
                    f"takes more than {self._seconds:g} s of computing, or "
                    f"{self._memory // 10**6} MB"
                ) from None
        if "value" in said:
            return said["value"]
        if not _TOO_MUCH.isdisjoint(said["kinds"]):
            said_so = f"takes more than {self._memory // 10**6} MB, or calls itself without end"
            raise Exceeded(said_so)
        known = (self._errors[name] for name in said["kinds"] if name in self._errors)
        raise next(known, RuntimeError)(said["message"])

    def _begin(self) -> None:
        inbox, self._asking = os.pipe()
        self._hearing, outbox = os.pipe()
        child = os.fork()
        if child == 0:
            _serve(self._function, inbox, outbox, self._seconds, self._memory)
        os.close(inbox)
        os.close(outbox)
        self._end = weakref.finalize(self, _end, child, self._asking, self._hearing)


def _end(child: int, *pipes: int) -> None:
    for pipe in pipes:
        os.close(pipe)
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _serve(
    function: Callable[..., Any], inbox: int, outbox: int, seconds: float, memory: int
) -> NoReturn:
    """Answer until nobody asks any more. Nothing of the process that was copied goes on here."""
    try:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGPROF, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
        _keep_only(inbox, outbox)
        pages = int(_first_word("/proc/self/statm"))
        if pages:
            most = pages * resource.getpagesize() + memory
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        while True:
            asked = _receive(inbox)
            _limit(seconds, WAITED * seconds)
            said = _answer(function, asked)
            _limit(0, 0)
            _send(outbox, said)
    finally:
        os._exit(0)


def _limit(computing: float, waited: float) -> None:
    """Have the process end after so many seconds; 0 for none."""
    signal.setitimer(signal.ITIMER_PROF, computing)
    signal.setitimer(signal.ITIMER_REAL, waited)


def _keep_only(*pipes: int) -> None:
    """Close all else: a lock on a folder is held for as long as anybody has it open."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    first, last = sorted(pipes)
    os.closerange(3, first)
    os.closerange(first + 1, last)
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))


def _first_word(path: str) -> str:
    try:
        with open(path, encoding="ascii") as stream:
            return stream.read().split()[0]
    except OSError:  # not Linux: the time is limited, and the memory is not
        return "0"


def _answer(function: Callable[..., Any], asked: bytes) -> bytes:
    try:
        answer = json.dumps({"value": function(*pickle.loads(asked))})  # noqa: S301 - our own
        if len(answer) > ANSWER:
            raise MemoryError
    except BaseException as error:  # Rust's panic is no Exception
        kinds = [kind.__name__ for kind in type(error).__mro__]
        answer = json.dumps({"kinds": kinds, "message": str(error)[:1000]})
    return answer.encode()


def _send(pipe: int, data: bytes) -> None:
    waiting = memoryview(_LENGTH.pack(len(data)) + data)
    while waiting:
        waiting = waiting[os.write(pipe, waiting) :]


def _receive(pipe: int) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, length)


def _exactly(pipe: int, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = os.read(pipe, min(length - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
