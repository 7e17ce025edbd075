"""The inside of the sandbox: a fresh interpreter becomes two processes, each without rights.

Run as a script by `evomerge.score.judges.sandbox.process`. One process runs the answer, the other
its checks. It imports little, since that is most of what it costs: json alone would take as long as
the interpreter.

    inside.py REPORT PARENT FILTER LIMITS [PATH ...]

REPORT is a descriptor, PARENT a process, FILTER hexadecimal BPF; LIMITS are `RLIMIT_NAME=number`,
with commas between; each PATH may be read. Standard input holds the checks. The report is the
number of the answer's process, or 0, and a line break; "+" once both are contained, or "-" and why
that failed; and how the checks ended (see `checking.check`).
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

PACKAGE = "evomerge.score.judges.sandbox"


def main() -> None:
    """Give up rights, become two processes, give up the rest; run answer and checks."""
    _without_packages()
    import _socket

    from evomerge.score.judges.sandbox.answering import SEALED, answer
    from evomerge.score.judges.sandbox.checking import check
    from evomerge.score.judges.sandbox.jail import restrict, seal

    _forget_packages()
    report, parent, steps, limits, *readable = sys.argv[1:]
    out, us, filtering = int(report), os.getpid(), bytes.fromhex(steps)
    process = 0
    try:
        restrict(int(parent), limits, readable)
        for_checks, for_answer = _socket.socketpair()
        process = os.fork()
        if process == 0:
            try:
                for_checks.close()
                os.close(out)
                _close_input()  # the checks are none of its business
                seal(us, filtering)
                answer(for_answer)
            finally:
                os._exit(1)
        for_answer.close()
        _tell(out, b"%d\n" % process)
        checks = _read_input()
        seal(int(parent), filtering)
        if for_checks.recv(1) != SEALED:
            raise OSError("the answer's process could not be sealed")
    except Exception as error:
        why = f"-{type(error).__name__}: {error}"
        _tell(out, (why if process else f"0\n{why}").encode())
        os._exit(1)
    _tell(out, b"+")
    check(for_checks, checks, process, lambda told: _tell(out, told))
    os._exit(0)


def _tell(report: int, told: bytes) -> None:
    try:
        os.write(report, told)
    except OSError:  # nobody is there any more
        os._exit(1)


def _read_input() -> bytes:
    with open(0, "rb", closefd=False) as file:
        text = file.read()
    _close_input()
    return text


def _close_input() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)


def _without_packages() -> None:
    """Have modules of this folder imported, compiled as they are, without what lies above them."""
    name = ""
    for part in PACKAGE.split("."):
        name = f"{name}.{part}".lstrip(".")
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = []
    sys.modules[PACKAGE].__path__ = [os.path.dirname(os.path.abspath(__file__))]


def _forget_packages() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "evomerge"]:
        del sys.modules[name]


if __name__ == "__main__":
    main()
