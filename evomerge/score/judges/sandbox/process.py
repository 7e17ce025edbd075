"""The outside of the sandbox: two processes for each program, watched until they end."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import platform
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evomerge.errors import UserError
from evomerge.score.judges.sandbox.answering import MESSAGE_BYTES, PROGRAM
from evomerge.score.judges.sandbox.folder import holds_more, temporary_folder
from evomerge.score.judges.sandbox.jail import call
from evomerge.score.judges.sandbox.syscalls import seccomp_filter

INSIDE = Path(__file__).with_name("inside.py")
FLAGS = ("-S", "-s", "-P", "-B")
"""No site-packages, nothing imported from the working folder, no compiled files written."""
ENVIRONMENT = {"PYTHONHASHSEED": "0", "TZ": "UTC"}
"""All that a program sees of it, beside its folder: sets have one order, and clocks one zone."""
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")
"""What the interpreter's extension modules need."""
DESCRIPTORS = 64
BLOCK = 4096
PIDFD_OPEN, PIDFD_SEND_SIGNAL = 434, 424
"""Of all architectures alike; not every build of Python has `os.pidfd_open`."""
WATCH_MS = 20
"""How often a running program is looked at. Between two looks it may pass a limit."""


@dataclass(frozen=True)
class Limits:
    """What a program may use. It has no network and one thread, and reads only Python's library."""

    seconds: float = 10.0
    """Of wall time, from the start of its interpreter."""
    memory: int = 512 * 2**20
    """Bytes of address space of each process; the interpreter takes about 20 MiB of it."""
    written: int = 128 * 2**20
    """Bytes written, to files and to standard output together; a write counts as 4 KiB or more."""
    files: int = 100
    """Files and folders in its temporary folder at one time."""


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class ProgramEnd:
    """How a program ended."""

    passed: bool
    """Its checks were run to their last line, and nothing was raised."""
    reason: str
    """Why it did not pass; empty if it did. A program may have had a hand in the words."""


@dataclass(frozen=True)
class Parts:
    """A program in two: what the answer has a hand in, and what the task checks it by."""

    answer: str
    checks: str = ""
    """Run in another process, in which the names that the answer defines stand for what it made."""
    of_answer: tuple[str, ...] = ()
    """Names of Python's own that the checks mean the answer's by, as where it is to define sum."""


def contain(
    parts: Parts, limits: Limits, output: BinaryIO | int = subprocess.DEVNULL
) -> ProgramEnd:
    """Run a program, contained or not at all.

    Args:
        output: a file that takes what it prints; by default nothing does.

    Raises:
        UserError: some part of the sandbox cannot be had; the program was not run.
    """
    end = time.monotonic() + limits.seconds
    with temporary_folder() as folder:
        (folder / PROGRAM).write_bytes(_encoded(parts.answer))
        process, report = _start(folder, parts, limits, output)
        watched = _Watched(process.pid, report)
        try:
            passed_limit = watched.wait(folder, limits, end)
        finally:
            process.kill()
            status = process.wait()
            watched.close()
            said = os.read(report, 2 + MESSAGE_BYTES)
            os.close(report)
    return ProgramEnd(False, passed_limit) if passed_limit else _judge(status, said)


def _encoded(source: str) -> bytes:
    return source.encode(errors="surrogatepass")


def _start(
    folder: Path, parts: Parts, limits: Limits, output: BinaryIO | int
) -> tuple[subprocess.Popen[bytes], int]:
    """The process of the checks, and the descriptor on which its report can be read."""
    report_read, report_write = os.pipe()
    try:
        with tempfile.TemporaryFile() as checks:  # without a name, so the answer cannot open it
            checks.write(_encoded(f"{','.join(parts.of_answer)}\n{parts.checks}"))
            checks.seek(0)
            process = subprocess.Popen(  # noqa: S603 - the interpreter, and a script of ours
                [sys.executable, *FLAGS, str(INSIDE), *_arguments(limits, report_write)],
                cwd=folder,
                env={**ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder)},
                stdin=checks,
                stdout=output,
                stderr=subprocess.DEVNULL,
                pass_fds=(report_write,),
                start_new_session=True,
            )
    except BaseException:
        os.close(report_read)
        raise
    finally:
        os.close(report_write)
    return process, report_read


def _arguments(limits: Limits, report: int) -> list[str]:
    resources = {
        "CPU": math.ceil(limits.seconds) + 1,  # counts only if nobody watches
        "AS": limits.memory,
        "FSIZE": limits.written,
        "NOFILE": DESCRIPTORS,
        "CORE": 1,  # 0 would still hand a crash to the machine's crash reporter, core(5)
    }
    named = ",".join(f"RLIMIT_{name}={value}" for name, value in resources.items())
    own = [str(Path(sys.base_prefix, name)) for name in ("lib", "lib64")]
    steps = _filter(platform.machine()).hex()
    return [str(report), str(os.getpid()), steps, named, *own, *LIBRARIES]


_filter = functools.cache(seccomp_filter)


class _Watched:
    """The two processes of a program, of which the first starts the second.

    Args:
        checks: the process of the checks.
        report: on which it tells the number of the answer's.
    """

    def __init__(self, checks: int, report: int) -> None:
        self._processes = [checks]
        self._ended = [call("syscall", PIDFD_OPEN, checks, 0)]
        self._report, self._is_told = report, False

    def wait(self, folder: Path, limits: Limits, end: float) -> str:
        """Wait until the checks end or a limit is passed. The limit; empty if they ended."""
        poll = select.poll()
        poll.register(self._ended[0], select.POLLIN)
        while not poll.poll(WATCH_MS if len(self._processes) > 1 else 1):
            self._find_answer()
            if time.monotonic() > end:
                return f"timed out after {limits.seconds:g} s"
            if sum(map(_written, self._processes)) > limits.written:
                return f"wrote more than {limits.written / 2**20:g} MiB"
            if holds_more(folder, limits.files):
                return f"made more than {limits.files} files, or hid them"
        self._find_answer()
        return ""

    def close(self) -> None:
        """Have the answer's process die too, and wait until it has."""
        for descriptor in self._ended:
            with contextlib.suppress(ProcessLookupError):
                call("syscall", PIDFD_SEND_SIGNAL, descriptor, signal.SIGKILL, 0, 0)
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            poll.poll()
            os.close(descriptor)

    def _find_answer(self) -> None:
        """Read its number, a line of the report, once it is there."""
        ready = not self._is_told and select.select([self._report], [], [], 0)[0]
        line = b""
        while ready and not line.endswith(b"\n"):
            part = os.read(self._report, 1)
            if not part:
                return
            line += part
            self._is_told = True
        if int(line or 0):
            self._processes.append(int(line))
            with contextlib.suppress(ProcessLookupError):  # it is dead
                self._ended.append(call("syscall", PIDFD_OPEN, int(line), 0))


def _written(process: int) -> int:
    """Bytes that a process has written to anything (proc_pid_io(5)), so also to deleted files.

    A byte may take a block of the disk, so each write counts as one more.
    """
    try:
        counters = Path(f"/proc/{process}/io").read_text().split()
    except OSError:
        return 0  # it is ending; `require_sandbox` has seen that one that runs can be asked
    written, writes = (int(counters[counters.index(name) + 1]) for name in ("wchar:", "syscw:"))
    return written + BLOCK * writes


def _judge(status: int, said: bytes) -> ProgramEnd:
    text = said[2:].decode(errors="replace")
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    if not said.startswith(b"+"):
        why = said[1:].decode(errors="replace") or _ending(status)
        raise UserError(
            f"code items are run in a sandbox, which cannot be had on this machine ({why}); leave "
            "them out, or run on Linux 5.13 or later, with Landlock and seccomp"
        )
    match said[1:2]:
        case b"=":
            return ProgramEnd(True, "")
        case b"e":
            return ProgramEnd(False, f"exit status 1: {text}")
        case b"x":
            status = int(text)
    return ProgramEnd(False, _ending(status) if status else "ended before its last line")


def _ending(status: int) -> str:
    return f"killed: {signal.strsignal(-status)}" if status < 0 else f"exit status {status}"
