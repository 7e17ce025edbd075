"""Files written past the system's cache, and from any number of threads.

What is to be on disk in the end gains nothing from a copy in memory, and memory that is touched for
the first time can cost more than the disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

import torch

PAGE = 4096
"""Disks take whole pages, at places that are multiples of one, from memory at such places."""
ROOM = 1 << 22
"""Bytes written at a time."""


class DirectFile:
    """A new file of a given size.

    Raises:
        OSError: there is no room for it.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._cached = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        self._direct: int | None = None
        try:
            if hasattr(os, "posix_fallocate"):  # not on macOS
                os.posix_fallocate(self._cached, 0, size)  # now, not after hours, is there no room
            with contextlib.suppress(OSError, AttributeError):  # not on every system and disk
                self._direct = os.open(path, os.O_WRONLY | os.O_DIRECT)
        except OSError:
            self.close()
            raise

    def write(self, data: memoryview, offset: int) -> None:
        """Write whole pages past the cache, and what is before and behind them through it.

        Args:
            data: in memory as far behind a page's begin as in the file.
        """
        first = min(-offset % PAGE, len(data))
        last = max(first, len(data) - (offset + len(data)) % PAGE)
        _write_all(self._cached, data[:first], offset)
        try:
            _write_all(
                self._cached if self._direct is None else self._direct,
                data[first:last],
                offset + first,
            )
        except OSError as error:
            if error.errno != errno.EINVAL or self._direct is None:
                raise
            self._direct = None  # a disk with larger pages
            _write_all(self._cached, data[first:last], offset + first)
        _write_all(self._cached, data[last:], offset + last)

    def sync(self) -> None:
        """Wait until all is on disk."""
        os.fsync(self._cached)

    def close(self) -> None:
        """Let go of the file."""
        for descriptor in (self._cached, self._direct):
            if descriptor is not None:
                os.close(descriptor)


class Stretch:
    """A part of a file that one thread writes, from its first byte to its last."""

    def __init__(self, file: DirectFile, begin: int) -> None:
        self._file, self._offset = file, begin // PAGE * PAGE
        memory = torch.empty(ROOM + PAGE, dtype=torch.uint8)
        self._room = memory[-memory.data_ptr() % PAGE :][:ROOM]
        self._first = self._last = begin % PAGE

    def add(self, data: torch.Tensor) -> None:
        """Write the next bytes; they may be changed when this returns.

        Args:
            data: flat, uint8.
        """
        while data.numel():
            here = data[: ROOM - self._last]
            self._room[self._last : self._last + here.numel()].copy_(here)
            self._last += here.numel()
            data = data[here.numel() :]
            if self._last == ROOM:
                self.flush()
                self._offset += ROOM
                self._first = self._last = 0

    def flush(self) -> None:
        """Write what is still in memory."""
        data = memoryview(self._room.numpy())[self._first : self._last]  # type: ignore[arg-type]
        self._file.write(data, self._offset + self._first)
        self._first = self._last


def _write_all(descriptor: int, data: memoryview, offset: int) -> None:
    while data:
        written = os.pwrite(descriptor, data, offset)
        data, offset = data[written:], offset + written
