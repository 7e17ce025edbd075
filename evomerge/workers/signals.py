"""How this process is stopped, whatever libraries do when they start."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def own_signals() -> Iterator[None]:
    """Keep the handlers of SIGINT and SIGTERM: Ray takes SIGTERM over when it starts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
