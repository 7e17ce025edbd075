"""One ledger put in the place of another, which is kept beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from evomerge.disk import sync
from evomerge.ledger.pages import LOG

_SHARED = "-shm"
"""And to that of the file by which its readers share it."""


def exchange(path: Path, new: Path, kept: Path) -> None:
    """Put a new ledger in the place of one that is not in use.

    Args:
        kept: the name that the old one has from now on, its log beside it.
    """
    for end in ("", LOG):
        part = path.with_name(path.name + end)
        if part.exists():
            copy = kept.with_name(kept.name + end)
            shutil.copy2(part, copy)
            sync(copy)
    sync(new)
    sync(path.parent)
    for end in (LOG, _SHARED):  # they belong to the old one, and would be taken for the new one's
        path.with_name(path.name + end).unlink(missing_ok=True)
    os.replace(new, path)
    sync(path.parent)
