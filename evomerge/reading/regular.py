"""Files opened as what they are said to be: regular, no larger than their kind, in their folder."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from evomerge.errors import EvomergeError
from evomerge.reading.file_kind import FileKind

_OPENING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""Without waiting: a pipe that nobody writes to would be waited for without end."""


@contextmanager
def opened(path: Path, kind: FileKind) -> Iterator[BufferedReader]:
    """A regular file, open for reading.

    Raises:
        kind.error: it is absent, not a regular file, larger than its kind may be, or unreadable.
    """
    try:
        with os.fdopen(_descriptor(path, kind), "rb") as stream:
            yield stream
    except OSError as error:
        raise kind.error(f"{path}: cannot be read ({error.strerror or error})") from None


def _descriptor(path: Path, kind: FileKind) -> int:
    try:
        descriptor = os.open(path, _OPENING)
    except ValueError:  # a NUL in it, or half a character
        raise kind.error(f"{str(path)!r}: is no name that a file can have") from None
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size <= kind.most:
        return descriptor
    os.close(descriptor)
    if stat.S_ISREG(status.st_mode):
        raise _too_large(path, kind)
    what = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe, a device or a socket"
    raise kind.error(f"{path}: is {what}, not {kind.name}")


def read_bytes(path: Path, kind: FileKind) -> bytes:
    """All of a file.

    Raises:
        kind.error: see :func:`opened`.
    """
    with opened(path, kind) as stream:
        data = stream.read(kind.most + 1)
    if len(data) > kind.most:  # the system says 0 of those that it makes up while they are read
        raise _too_large(path, kind)
    return data


def read_text(path: Path, kind: FileKind) -> str:
    """All of a file of UTF-8 text, each end of a line as a newline.

    Raises:
        kind.error: it is not UTF-8; or see :func:`opened`.
    """
    return _decoded(path, kind).replace("\r\n", "\n").replace("\r", "\n")


def read_lines(path: Path, kind: FileKind) -> list[str]:
    """The lines of a file of UTF-8 text, without their ends; nothing but a newline ends one.

    Raises:
        kind.error: as for :func:`read_text`.
    """
    *lines, last = _decoded(path, kind).split("\n")
    return [line.rstrip("\r") for line in [*lines, *([last] if last else [])]]


def _decoded(path: Path, kind: FileKind) -> str:
    data = read_bytes(path, kind)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise kind.error(f"{path}:{line}: is not UTF-8 text; save it as UTF-8") from None


def sha256_of(path: Path, kind: FileKind) -> str:
    """Of a file's bytes.

    Raises:
        kind.error: see :func:`opened`.
    """
    with opened(path, kind) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def require_inside(folder: Path, file: Path, kind: FileKind) -> None:
    """Check that a file of a folder is not a link to one elsewhere, which would be read unnoticed.

    The Hub's cache keeps files in `blobs`, and in `snapshots/COMMIT` links to them.

    Raises:
        kind.error: it is.
    """
    try:
        home, place = folder.resolve(), file.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links
        raise kind.error(f"{file}: leads nowhere ({error})") from None
    homes = [home]
    if home.parent.name == "snapshots":
        homes.append(home.parent.parent / "blobs")
    if not any(place.is_relative_to(one) for one in homes):
        raise kind.error(
            f"{file}: is a link out of its folder, to {place}; put the file itself there (`ln` "
            "without -s takes no room on the same disk)"
        )


def present(folder: Path, name: str, kind: FileKind) -> Path | None:
    """A file of a folder that is to be handed on by its name; None where there is none.

    Raises:
        kind.error: it is a pipe or a device, too large, or a link out of the folder.
    """
    file = folder / name
    try:
        status = file.stat()
    except OSError:
        return None
    if stat.S_ISDIR(status.st_mode):
        return None
    require_inside(folder, file, kind)
    os.close(_descriptor(file, kind))
    return file


def _too_large(path: Path, kind: FileKind) -> EvomergeError:
    return kind.error(f"{path}: larger than {kind.most} bytes, so not {kind.name}")
