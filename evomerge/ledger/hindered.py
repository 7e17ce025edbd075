"""What keeps SQLite from reading or writing a ledger, as errors that say what to do."""

from __future__ import annotations

from pathlib import Path

from evomerge.errors import RunFolderError, Stopped

FULL = "SQLITE_FULL"
"""How SQLite calls a disk without room."""


def unread(path: Path, error: Exception) -> RunFolderError:
    """That a ledger cannot be read."""
    return RunFolderError(
        f"{path}: cannot be read ({error}); mend that, then give the command again"
    )


def unwritten(path: Path, error: Exception, then: str) -> Stopped:
    """That a ledger cannot be written.

    Args:
        error: as sqlite3 raises it.
        then: what to do once it can be.
    """
    full = getattr(error, "sqlite_errorname", "") == FULL
    cure = f"{'make room' if full else 'mend that'}, then {then}"
    return Stopped(f"{path}: cannot be written ({error}); {cure}")
