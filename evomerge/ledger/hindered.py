"""What keeps SQLite from reading or writing a ledger, as errors that say what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from evomerge.errors import RunFolderError, Stopped


def unread(path: Path, error: sqlite3.OperationalError) -> RunFolderError:
    """That a ledger cannot be read."""
    return RunFolderError(
        f"{path}: cannot be read ({error}); mend that, then give the command again"
    )


def unwritten(path: Path, error: sqlite3.OperationalError, then: str) -> Stopped:
    """That a ledger cannot be written.

    Args:
        then: what to do once it can be.
    """
    full = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL
    cure = f"{'make room' if full else 'mend that'}, then {then}"
    return Stopped(f"{path}: cannot be written ({error}); {cure}")
