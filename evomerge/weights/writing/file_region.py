"""Regions of a file that one thread fills each, and that other threads write to the disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Lock
from types import TracebackType
from typing import Self

import torch

from evomerge.cores import available_cores
from evomerge.weights.writing.direct import PAGE, DirectFile

BUFFER = 1 << 22
"""Bytes written at a time; each core and each thread that writes has a buffer of them (4 MB)."""
THREADS = 2
"""Threads that write: while one waits for the disk, the other hands over the next buffer."""


class Writers:
    """Threads that write while others compute, and the memory that they write from."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="writer")
        self._free: SimpleQueue[torch.Tensor] = SimpleQueue()
        self._more, self._making = available_cores() + THREADS, Lock()
        self._error: Exception | None = None

    def buffer(self) -> torch.Tensor:
        """Wait for a free buffer: BUFFER bytes from the beginning of a page on.

        The caller fills it, and hands it to :meth:`write` or :meth:`give_back`.

        Raises:
            OSError: something could not be written.
        """
        if self._error is not None:
            raise self._error
        with self._making:
            more = self._free.empty() and self._more > 0
            self._more -= more
        return _pages(BUFFER) if more else self._free.get()

    def give_back(self, buffer: torch.Tensor) -> None:
        """Let others fill a buffer."""
        self._free.put(buffer)

    def write(
        self, buffer: torch.Tensor, file: DirectFile, offset: int, begin: int, end: int
    ) -> None:
        """Write the bytes from `begin` to `end` of a buffer, the first of which is at `offset`."""
        self._pool.submit(self._write, buffer, file, offset, begin, end)

    def _write(
        self, buffer: torch.Tensor, file: DirectFile, offset: int, begin: int, end: int
    ) -> None:
        try:
            data = memoryview(buffer.numpy())[begin:end]  # type: ignore[arg-type]
            file.write(data, offset + begin)
        except Exception as error:  # raised by the next call
            self._error = self._error or error
        finally:
            self.give_back(buffer)

    def finish(self) -> None:
        """Wait until all is written.

        Raises:
            OSError: something could not be.
        """
        self._pool.shutdown()
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Write nothing more."""
        self._pool.shutdown(cancel_futures=True)


class FileRegion:
    """A region of a file that one thread fills, from its first byte to its last.

    Used as a context manager, which hands over the last bytes.
    """

    def __init__(self, file: DirectFile, begin: int, writers: Writers) -> None:
        self._file, self._writers = file, writers
        self._offset, self._first = begin // PAGE * PAGE, begin % PAGE
        self._buffer: torch.Tensor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._flush()
        elif self._buffer is not None:
            self._writers.give_back(self._buffer)

    def add(self, data: torch.Tensor) -> None:
        """Take the next bytes; they may be changed when this returns.

        Args:
            data: flat, uint8.

        Raises:
            OSError: something could not be written.
        """
        while data.numel():
            if self._buffer is None:
                self._buffer, self._last = self._writers.buffer(), self._first
            here = data[: BUFFER - self._last]
            self._buffer[self._last : self._last + here.numel()].copy_(here)
            self._last += here.numel()
            data = data[here.numel() :]
            if self._last == BUFFER:
                self._flush()
                self._offset, self._first = self._offset + BUFFER, 0

    def _flush(self) -> None:
        if self._buffer is not None:
            self._writers.write(self._buffer, self._file, self._offset, self._first, self._last)
            self._buffer = None


def _pages(size: int) -> torch.Tensor:
    memory = torch.empty(size + PAGE, dtype=torch.uint8)
    return memory[-memory.data_ptr() % PAGE :][:size]
