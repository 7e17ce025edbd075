"""A script of the user's run in the sandbox for what it prints."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass

from evomerge.score.judges.sandbox.process import Limits, Parts, contain
from evomerge.score.judges.sandbox.programs import require_sandbox

LIMITS = Limits(seconds=60.0, written=32 * 2**20)
"""A script draws or checks a cycle's items at once, so it has longer than a single answer, and what
it prints is held in memory."""

_FRAME = """\
import io, sys
sys.argv = {argv!r}
sys.stdin = io.TextIOWrapper(io.BytesIO({given!r}), encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8", errors="strict", newline="\\n")
class Raised(Exception): pass
try:
    exec(compile({source!r}, {name!r}, "exec", dont_inherit=True), globals())
except SystemExit as end:
    if end.code not in (None, 0): raise
except BaseException as error:
    at, line = error.__traceback__, getattr(error, "lineno", None)
    while at is not None:
        line = at.tb_lineno if at.tb_frame.f_code.co_filename == {name!r} else line
        at = at.tb_next
    said = f"{{type(error).__name__}}: {{error}}"
    raise Raised(f"{name}:{{line}}: {{said}}" if line else said) from None
sys.stdout.flush()
"""
"""Around a script: what it is given, and where it failed. The process ends without a flush."""


@dataclass(frozen=True)
class Script:
    """A Python script and what it is given."""

    name: str
    """What it is called in its own errors: its file's name."""
    source: str
    arguments: tuple[str, ...] = ()
    """What stands in `sys.argv` behind its name."""
    given: str = ""
    """What it reads from standard input."""


@dataclass(frozen=True)
class Printed:
    """What a script printed, and how it ended."""

    output: bytes
    reason: str
    """Why it did not end well; empty if it did. The script may have had a hand in the words."""


def run_script(script: Script, limits: Limits = LIMITS) -> Printed:
    """Run a script as `__main__` in an empty folder of its own, without network or other files.

    Raises:
        UserError: the sandbox cannot be had here.
    """
    require_sandbox()
    framed = _FRAME.format(
        argv=[script.name, *script.arguments],
        given=script.given.encode(errors="surrogatepass"),
        source=script.source,
        name=script.name,
    )
    with tempfile.TemporaryFile() as output:
        end = contain(Parts(framed), limits, output)
        output.seek(0)
        reason = end.reason.removeprefix("exit status 1: Raised: ")
        return Printed(output.read(limits.written), reason)
