"""The temporary folder of a program, which is gone afterwards whatever the program left in it."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder for the time of the context."""
    folder = Path(tempfile.mkdtemp(prefix="evomerge-program-"))
    try:
        yield folder
    finally:
        _remove(folder)


def holds_more(folder: Path, entries: int) -> bool:
    """Whether there are more files and folders than that, or a folder that cannot be listed."""
    seen = 0
    try:
        for _, folders, files in os.walk(folder, onerror=_unless_gone):
            seen += len(folders) + len(files)
            if seen > entries:
                return True
    except OSError:
        return True  # too deep, or not to be read by us: its files cannot be counted
    return False


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _remove(folder: Path) -> None:
    """What stands in a folder is brought to the top first, so that nothing is too deep to reach."""
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            _unlock(entry)
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    _unlock(inner)
                os.rename(inner.path, folder / secrets.token_hex(16))
            os.rmdir(entry.path)
    os.rmdir(folder)


def _unlock(entry: os.DirEntry[str]) -> None:
    os.chmod(entry.path, 0o700)
