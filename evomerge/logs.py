"""What a process does, in lines of JSON in a file of its own: what a person reads after a night.

Each line has the time, the level, the logger, the process, a message, and the traceback if there is
one, and no secrets. Files are bounded.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import time
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

from evomerge.redaction import without_secrets

FOLDER = "logs"
"""In the run folder."""
BYTES, KEPT = 8 * 2**20, 2
"""Most bytes of a file, and how many earlier ones are kept beside it."""


@contextlib.contextmanager
def logging_to(run_dir: Path, name: str, elsewhere: Path | None = None) -> Iterator[None]:
    """Write what this process logs to a file of the run folder, for the time of the context.

    A file that cannot be written stops nothing: a log is no part of the result.

    Args:
        name: of the process, such as "driver" or "ray 3": it names the file.
        elsewhere: a folder for the file where the run folder is not to be seen, as on another host.
    """
    file = f"{re.sub('[^a-z0-9]+', '-', name.lower())}.jsonl"
    handler = _opened(run_dir / FOLDER / file)
    if handler is None and elsewhere is not None:
        handler = _opened(elsewhere / f"evomerge-{file}")
    if handler is None:
        yield
        return
    handler.setFormatter(JsonLines())
    ours, root = logging.getLogger("evomerge"), logging.getLogger()
    level = ours.level
    ours.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        ours.setLevel(level)
        handler.close()


def _opened(file: Path) -> logging.Handler | None:
    """What writes to a file; None where that cannot be."""
    try:
        file.parent.mkdir(exist_ok=True)
        return _QuietFile(file, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8")
    except OSError:
        return None


class JsonLines(logging.Formatter):
    """Records as lines of JSON, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line)


class _QuietFile(RotatingFileHandler):
    """Says nothing where it cannot write, as on a full disk: the run itself will."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass
