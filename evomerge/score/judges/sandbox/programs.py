"""Programs run in the sandbox, once it was seen to hold on this machine."""

from __future__ import annotations

import functools
import platform
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from evomerge.errors import UserError
from evomerge.score.judges.sandbox.process import DEFAULT_LIMITS, Limits, Parts, ProgramEnd, contain
from evomerge.score.judges.sandbox.syscalls import ARCHITECTURES

PROBE = """
import os, socket

def refused(action, *arguments):
    try:
        action(*arguments)
    except OSError:
        return
    raise AssertionError(f"{action.__name__}{arguments} is not refused")

refused(os.fork)
refused(os.execv, "/bin/true", ["true"])
refused(socket.socket)
refused(os.kill, os.getppid(), 0)
refused(os.listdir, "/")
refused(os.open, "/proc/self/environ", os.O_RDONLY)
refused(os.mkdir, os.path.join(os.pardir, f"evomerge-probe-{os.getpid()}"))
refused(os.chmod, ".", 0o700)
"""
WRITER = (
    "import os\nwith open(os.devnull, 'wb', 0) as sink:\n    while True: sink.write(bytes(2**16))\n"
)


@functools.cache
def require_sandbox() -> None:
    """Try the sandbox out, once in a process.

    Raises:
        UserError: this machine lacks what it needs, or it does not hold.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in ARCHITECTURES:
        raise UserError(
            f"code items are run in a sandbox, which is there for Linux on "
            f"{' and '.join(ARCHITECTURES)} only, and this is {platform.system()} on {machine}; "
            "leave them out, or run on such a machine"
        )
    try:
        contained = contain(Parts(PROBE), DEFAULT_LIMITS)
        stopped = contain(Parts(WRITER), Limits(written=2**20))
    except OSError as error:
        raise UserError(f"the sandbox for code items cannot be started: {error}") from error
    if not contained.passed or not stopped.reason.startswith("wrote"):
        raise UserError(
            "code items are run in a sandbox, which does not hold on this machine "
            f"({contained.reason or 'it does not stop a program that writes without end'}); "
            "leave them out, or run on another one"
        )


def run_program(program: Parts, limits: Limits = DEFAULT_LIMITS) -> ProgramEnd:
    """Run a Python program in the sandbox, as `__main__` in an empty folder of its own.

    It passes if its checks reach their end in their own process. An answer that leaves before that,
    by `sys.exit(0)` or otherwise, does not, and what it does to its own interpreter does not reach
    them. Without checks, an answer says itself that it has reached its end.

    Raises:
        UserError: the sandbox cannot be had here.
    """
    require_sandbox()
    return contain(program, limits)


def run_programs(
    programs: Sequence[Parts], limits: Limits = DEFAULT_LIMITS, at_once: int = 1
) -> list[ProgramEnd]:
    """Run programs, so many at once, and tell how they ended in their order.

    Raises:
        UserError: the sandbox cannot be had here.
    """
    require_sandbox()
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="program")
    try:
        return list(pool.map(lambda program: contain(program, limits), programs))
    finally:
        pool.shutdown(cancel_futures=True)
