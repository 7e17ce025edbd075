"""Files written past the system's cache, and from any number of threads.

What is to be on disk in the end gains nothing from a copy in memory, and memory that is touched for
the first time can cost more than the disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

PAGE = 4096
"""Disks take whole pages, at places that are multiples of one, from memory at such places."""


class DirectFile:
    """A new file of a given size.

    Raises:
        OSError: there is no room for it.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._cached = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        self._direct: int | None = None
        self._refused = False
        """Whether the disk wants larger pages."""
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
        way = self._cached if self._direct is None or self._refused else self._direct
        try:
            _write_all(way, data[first:last], offset + first)
        except OSError as error:
            if error.errno != errno.EINVAL or way == self._cached:
                raise
            self._refused = True
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


def _write_all(descriptor: int, data: memoryview, offset: int) -> None:
    while data:
        written = os.pwrite(descriptor, data, offset)
        data, offset = data[written:], offset + written
