"""A safetensors file opened, once it is one that can be read through."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from evomerge.errors import ParentError
from evomerge.reading.file_kind import WEIGHTS
from evomerge.reading.regular import opened, require_inside

MOST_TENSORS = 400_000
"""In a file. The largest models, of 61 layers with 384 experts, have 150,000 in all of theirs."""
MOST_HOLES = 10**9
"""Bytes without anything on the disk, which are read as zeros: a file of 4 TB can take 4 KB."""


def open_tensors(path: Path) -> Any:
    """The file as safetensors reads it, its tensors still on the disk.

    Raises:
        ParentError: it leads out of its folder, is damaged, mostly empty, or holds too many
            tensors.
    """
    require_inside(path.parent, path, WEIGHTS)
    with opened(path, WEIGHTS) as stream:
        if _holes(stream.fileno()) > MOST_HOLES:
            raise ParentError(f"{path}: is mostly holes, so not what was downloaded; get it again")
    try:
        handle: Any = safe_open(path, framework="pt", device="cpu")
    except (SafetensorError, OSError) as error:
        raise ParentError(f"{path}: damaged or not safetensors ({error}); get it again") from None
    if (count := len(handle.keys())) > MOST_TENSORS:
        raise ParentError(
            f"{path}: holds {count} tensors; a model has {MOST_TENSORS} at most; get it again"
        )
    return handle


def _holes(descriptor: int) -> int:
    """Bytes of a file that are nowhere on the disk, as far as its file system tells."""
    size, place, holes = os.fstat(descriptor).st_size, 0, 0
    while place < size and holes <= MOST_HOLES:
        hole = _seek(descriptor, place, os.SEEK_HOLE, size)
        place = _seek(descriptor, hole, os.SEEK_DATA, size)
        holes += place - hole
    return holes


def _seek(descriptor: int, place: int, what: int, size: int) -> int:
    try:
        return os.lseek(descriptor, place, what)
    except OSError:  # there is none from here on, or the file system does not tell
        return size
