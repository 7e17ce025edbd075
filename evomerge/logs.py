"""What a process does, in lines of JSON in a file of its own: what a person reads after a night.

Each line has the time, the level, the logger, the process, a message, and the traceback if there is
one. The values of environment variables that hold secrets are never written. Files are bounded.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import time
from collections.abc import Iterator, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

from evomerge.redaction import without_secrets

FOLDER = "logs"
"""In the run folder."""
BYTES, KEPT = 8 * 2**20, 2
"""Most bytes of a file, and how many earlier ones are kept beside it."""

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH", re.IGNORECASE)
_SHORTEST = 8
"""Characters of a secret: a shorter value, such as "none", is no secret and stands everywhere."""


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
    handler.setFormatter(JsonLines(os.environ))
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
    """Records as lines of JSON, without secrets.

    Args:
        environment: whose variables may hold some.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        named = (value for name, value in environment.items() if _SECRET.search(name))
        self._secrets = sorted((v for v in named if len(v) >= _SHORTEST), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": self._hidden(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = self._hidden(self.formatException(record.exc_info))
        return json.dumps(line)

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return without_secrets(text)


class _QuietFile(RotatingFileHandler):
    """Says nothing where it cannot write, as on a full disk: the run itself will."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass
