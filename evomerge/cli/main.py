"""The console script: its commands, and how it ends; exit codes are those of the errors.

Progress goes to stderr and data to stdout.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import traceback
from typing import NoReturn

from evomerge.cli import (  # noqa: F401  (they join the app)
    approving,
    diagnosed,
    doctor,
    drafted,
    evolving,
    models,
    pages,
    pushing,
    remade,
    showing,
    upkeep,
)
from evomerge.cli.command import app
from evomerge.cli.printable import printable
from evomerge.errors import EvomergeError
from evomerge.redaction import without_secrets

GARBAGE = 100_000
"""Objects after which Python looks for garbage. With its own 700 a fifth of the time in which torch
is imported goes into that."""


def main() -> None:
    """The console script."""
    gc.set_threshold(GARBAGE)
    if sys.stderr is None:  # closed by the user; the next file that is opened would take its place
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    try:
        app()
    except SystemExit as end:
        _leave(end.code)
    except Exception:
        _tell_fault()
        _leave(EvomergeError.exit_code)


def _tell_fault() -> None:
    """Print the traceback of a fault of evomerge's own, in which libraries may have put a key."""
    print(printable(without_secrets(traceback.format_exc())), end="", file=sys.stderr)


def _leave(code: str | int | None) -> NoReturn:
    """End the process at once: to take torch apart piece by piece lasts longer than some merges."""
    atexit._run_exitfuncs()
    status = code if isinstance(code, int) else int(code is not None)
    for stream in filter(None, (sys.stdout, sys.stderr)):  # closed ones are None
        try:
            stream.flush()
        except OSError:  # nobody reads on
            status = status or EvomergeError.exit_code
    os._exit(status)
