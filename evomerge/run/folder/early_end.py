"""A session that ends early: recorded, with how the run goes on."""

from __future__ import annotations

import contextlib
import logging
import shlex
from collections.abc import Iterator

from evomerge.disk import is_full
from evomerge.errors import EvomergeError, Halted, Interrupted, NoRoomError, Stopped, StoppedAtOnce
from evomerge.ledger import RunFailed, RunStopped
from evomerge.run.folder.folder import RunFolder

LOG = logging.getLogger(__name__)


@contextlib.contextmanager
def early_end_recorded(folder: RunFolder, command: str, *arguments: str) -> Iterator[None]:
    """Record how the run ended early, if it does, and say by which command it goes on."""
    how = f"go on with: {shlex.join([*command.split(), str(folder.path), *arguments])}"
    try:
        with _no_room_stops():
            yield
    except Halted as halted:  # it says itself how the run goes on
        with contextlib.suppress(EvomergeError):
            folder.ledger.record(RunStopped(str(halted)))
        raise
    except Stopped as stopped:
        with contextlib.suppress(EvomergeError):
            folder.ledger.record(RunStopped(str(stopped)))
        raise type(stopped)(f"{stopped}; {how}") from None
    except StoppedAtOnce as at_once:
        LOG.warning("stopped where it was: %s", at_once.stopped, exc_info=True)
        raise type(at_once.stopped)(f"{at_once.stopped}; {how}") from None
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; {how}") from None
    except BaseException as error:
        LOG.exception("the session ends with an error")
        with contextlib.suppress(EvomergeError):
            folder.ledger.record(RunFailed(f"{type(error).__name__}: {error}"))
        raise


@contextlib.contextmanager
def _no_room_stops() -> Iterator[None]:
    """A full disk, wherever it is met, stops a run that can be resumed when there is room."""
    try:
        yield
    except NoRoomError as error:
        raise Stopped(f"{error}; make room, then resume") from None
    except OSError as error:
        if not is_full(error):
            raise
        raise Stopped(f"a disk is full ({error}); make room, then resume") from None
