"""A file that a command makes: none is written over, and none is left there by half."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from evomerge.errors import UserError


def check_new_file(path: Path, option: str) -> None:
    """Check, before any work is done, that a file can be made.

    Args:
        option: what the user named the file by, such as `--trials`.

    Raises:
        UserError: it exists, or its folder does not or cannot be written to.
    """
    if path.exists() or path.is_symlink():
        raise UserError(f"{option} {path}: exists already; name a new file or remove it")
    if not path.parent.is_dir():
        raise UserError(f"{option} {path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise UserError(f"{option} {path}: {path.parent} cannot be written to")


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write into, which has its name once it is whole.

    What is written goes into a hidden file beside it; that of a killed process is taken away first.

    Raises:
        OSError: it cannot be written.
    """
    made = path.with_name(f".{path.name}.partial")
    made.unlink(missing_ok=True)
    try:
        with made.open("xb") as file:
            yield file
        if path.exists():  # it was not when the command began
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
