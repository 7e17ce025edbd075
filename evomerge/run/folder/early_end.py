"""A session that ends early: recorded, with how the run goes on."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator

from evomerge.errors import EvomergeError, Interrupted, Stopped
from evomerge.ledger import RunFailed, RunStopped
from evomerge.run.folder.folder import RunFolder


@contextlib.contextmanager
def early_end_recorded(folder: RunFolder, command: str, *arguments: str) -> Iterator[None]:
    """Record how the run ended early, if it does, and say by which command it goes on."""
    how = f"go on with: {shlex.join([*command.split(), str(folder.path), *arguments])}"
    try:
        yield
    except Stopped as stopped:
        with contextlib.suppress(EvomergeError):
            folder.ledger.record(RunStopped(str(stopped)))
        raise type(stopped)(f"{stopped}; {how}") from None
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; {how}") from None
    except BaseException as error:
        with contextlib.suppress(EvomergeError):
            folder.ledger.record(RunFailed(f"{type(error).__name__}: {error}"))
        raise
