"""The outside of the sandbox: a process for each program, watched until it ends."""

from __future__ import annotations

import functools
import math
import os
import platform
import secrets
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import UserError
from evomerge.score.judges.sandbox.folder import holds_more, temporary_folder
from evomerge.score.judges.sandbox.jail import MESSAGE_BYTES, NONCE_BYTES, PROGRAM, call
from evomerge.score.judges.sandbox.syscalls import seccomp_filter

JAIL = Path(__file__).with_name("jail.py")
FLAGS = ("-S", "-s", "-P", "-B")
"""No site-packages, nothing imported from the working folder, no compiled files written."""
ENVIRONMENT = {"PYTHONHASHSEED": "0", "TZ": "UTC"}
"""All that a program sees of it, beside its folder: sets have one order, and clocks one zone."""
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")
"""What the interpreter's extension modules need."""
DESCRIPTORS = 64
BLOCK = 4096
PIDFD_OPEN = 434
"""Of all architectures alike; not every build of Python has `os.pidfd_open`."""
WATCH_MS = 20
"""How often a running program is looked at. Between two looks it may pass a limit."""


@dataclass(frozen=True)
class Limits:
    """What a program may use. It has no network and one thread, and reads only Python's library."""

    seconds: float = 10.0
    """Of wall time, from the start of its interpreter."""
    memory: int = 512 * 2**20
    """Bytes of address space; the interpreter takes about 20 MiB of it."""
    written: int = 128 * 2**20
    """Bytes written, to files and to standard output together; a write counts as 4 KiB or more."""
    files: int = 100
    """Files and folders in its temporary folder at one time."""


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class ProgramEnd:
    """How a program ended."""

    passed: bool
    """Its last line was run, and nothing was raised."""
    reason: str
    """Why it did not pass; empty if it did. A program may have had a hand in the words."""


def contain(source: str, limits: Limits) -> ProgramEnd:
    """Run a program, contained or not at all.

    Raises:
        UserError: some part of the sandbox cannot be had; the program was not run.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    with temporary_folder() as folder:
        (folder / PROGRAM).write_bytes(source.encode(errors="surrogatepass"))
        process, report = _start(folder, nonce, limits)
        try:
            passed_limit = _watch(process, folder, limits)
        finally:
            process.kill()
            status = process.wait()
            said = os.read(report, 1 + MESSAGE_BYTES)
            os.close(report)
    if passed_limit:
        return ProgramEnd(False, passed_limit)
    return _judge(status, said, nonce)


def _start(folder: Path, nonce: bytes, limits: Limits) -> tuple[subprocess.Popen[bytes], int]:
    """The process, and the descriptor on which its report can be read once it is dead."""
    nonce_read, nonce_write = os.pipe()
    report_read, report_write = os.pipe()
    try:
        os.write(nonce_write, nonce)
        process = subprocess.Popen(  # noqa: S603 - the interpreter, and a script of ours
            [sys.executable, *FLAGS, str(JAIL), *_arguments(limits, report_write)],
            cwd=folder,
            env={**ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder)},
            stdin=nonce_read,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(report_write,),
            start_new_session=True,
        )
    except BaseException:
        os.close(report_read)
        raise
    finally:
        for descriptor in (nonce_read, nonce_write, report_write):
            os.close(descriptor)
    return process, report_read


def _arguments(limits: Limits, report: int) -> list[str]:
    resources = {
        "CPU": math.ceil(limits.seconds) + 1,  # counts only if nobody watches
        "AS": limits.memory,
        "FSIZE": limits.written,
        "NOFILE": DESCRIPTORS,
        "NPROC": 0,
        "CORE": 1,  # 0 would still hand a crash to the machine's crash reporter, core(5)
    }
    named = ",".join(f"RLIMIT_{name}={value}" for name, value in resources.items())
    own = [str(Path(sys.base_prefix, name)) for name in ("lib", "lib64")]
    steps = _filter(platform.machine()).hex()
    return [str(report), str(os.getpid()), steps, named, *own, *LIBRARIES]


_filter = functools.cache(seccomp_filter)


def _watch(process: subprocess.Popen[bytes], folder: Path, limits: Limits) -> str:
    """Wait until the program ends or passes a limit. The limit; empty if it ended."""
    end = time.monotonic() + limits.seconds
    descriptor = call("syscall", PIDFD_OPEN, process.pid, 0)
    ended = select.poll()
    ended.register(descriptor, select.POLLIN)
    try:
        while not ended.poll(WATCH_MS):
            if time.monotonic() > end:
                return f"timed out after {limits.seconds:g} s"
            if _written(process.pid) > limits.written:
                return f"wrote more than {limits.written / 2**20:g} MiB"
            if holds_more(folder, limits.files):
                return f"made more than {limits.files} files, or hid them"
    finally:
        os.close(descriptor)
    return ""


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


def _judge(status: int, said: bytes, nonce: bytes) -> ProgramEnd:
    text = said[1:].decode(errors="replace")
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    ending = f"killed: {signal.strsignal(-status)}" if status < 0 else f"exit status {status}"
    if not said.startswith(b"+"):
        raise UserError(
            f"code items are run in a sandbox, which cannot be had on this machine "
            f"({text or ending}); leave them out, or run on Linux 5.13 or later, with Landlock "
            "and seccomp"
        )
    if status == 0 and said[1:] == nonce:
        return ProgramEnd(True, "")
    if status == 0:
        return ProgramEnd(False, "ended before its last line")
    return ProgramEnd(False, f"{ending}: {text}" if text and status > 0 else ending)
