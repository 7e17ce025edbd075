"""What is wrong with a tracker, told where the run's progress is."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from evomerge.cli.printable import say
from evomerge.cli.story import caution_line


@contextlib.contextmanager
def trackers_heard() -> Iterator[None]:
    """Print the warnings of trackers meanwhile, on stderr."""
    log, handler = logging.getLogger("evomerge.trackers"), _Saying(logging.WARNING)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


class _Saying(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Print the message; whoever listens no more stops the run, and not this."""
        with contextlib.suppress(OSError):
            say(caution_line(record.getMessage()))
