"""A model folder written beside its place, synced and renamed: a folder that exists is whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import torch

from evomerge.disk import is_full, sync
from evomerge.errors import EvomergeError, NoRoomError, UserError
from evomerge.reading.file_kind import kind_beside
from evomerge.reading.manifest import MANIFEST_FILE
from evomerge.reading.regular import opened
from evomerge.weights.checkpoint.checkpoint import INDEX, SINGLE
from evomerge.weights.checkpoint.files import CONFIG
from evomerge.weights.tensors import Spec
from evomerge.weights.writing.partial import PartialFolder
from evomerge.weights.writing.tensor_files import TensorFiles

SHARD_BYTES = 5 * 10**9
"""Most bytes of tensors in a file: as most models on the Hub have them; a file is loaded whole."""
COPIED_AT_ONCE = 1 << 20
"""Bytes of a file that is copied as it is."""


class FolderWriter:
    """Writes a model folder: tensors first, config last, and the rename when all is on disk.

    Args:
        verify: is given the folder when all is in it, before it has its name; what it raises leaves
            nothing behind.

    Used as a context manager. On success `out` appears whole, with a manifest of the BLAKE3 hash
    of each tensor and the sha256 of each other file; on any error nothing is left behind. What a
    kill leaves is a hidden folder beside `out` without a config, which no loader takes for a model,
    and which the next that writes `out` removes.

    Raises:
        UserError: `out` exists already, or its parent folder cannot be written to.
    """

    def __init__(
        self,
        out: Path,
        shard_bytes: int = SHARD_BYTES,
        verify: Callable[[Path], None] | None = None,
    ) -> None:
        self.out, self.shard_bytes, self._verify = out, shard_bytes, verify
        self._last: dict[str, str] = {}
        self._hashes: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._tensors: TensorFiles | None = None

    def __enter__(self) -> Self:
        refuse_existing(self.out)
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self._partial = PartialFolder(self.out)
        except OSError as error:
            if is_full(error):
                raise self._explain(error) from None
            raise UserError(f"{self.out}: cannot be written ({error.strerror})") from None
        self.folder = self._partial.path
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._publish()
        except OSError as failure:
            raise self._explain(failure) from failure
        finally:
            if self._tensors is not None:
                self._tensors.close()
            self._partial.remove()
        if isinstance(error, OSError):
            raise self._explain(error) from error

    def tensors(self, specs: Mapping[str, Spec], file: str = SINGLE) -> TensorFiles:
        """Files for the tensors, to be written part by part.

        Args:
            file: what it is called where one holds them all.
        """
        self._tensors = TensorFiles(self.folder, specs, self.shard_bytes, file)
        return self._tensors

    def write_tensors(
        self,
        specs: Mapping[str, Spec],
        tensors: Iterable[tuple[str, torch.Tensor]],
        file: str = SINGLE,
    ) -> str:
        """Write tensors that are at hand; the `weights_sha256` of all."""
        files = self.tensors(specs, file)
        for name, tensor in tensors:
            files.write(name, [tensor.cpu()])
        return files.finish()

    def write_text(self, file: str, text: str) -> None:
        """Write a small file. What makes a folder look like a model comes last."""
        if file == CONFIG:
            self._last[file] = text
        else:
            self.write_bytes(file, text.encode())

    def write_bytes(self, file: str, data: bytes) -> None:
        """Write a small file that is no text."""
        self._write(file, [data])

    def copy(self, file: Path, name: str | None = None) -> None:
        """Copy a file into the folder.

        Args:
            name: its place there; by default its own name.
        """
        with opened(file, kind_beside(file.name)) as stream:
            self._write(name or file.name, iter(lambda: stream.read(COPIED_AT_ONCE), b""))

    def _write(self, file: str, parts: Iterable[bytes]) -> None:
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        sha256 = hashlib.sha256()
        with (self.folder / file).open("wb") as stream:
            for part in parts:
                stream.write(part)
                sha256.update(part)
            _sync(stream)
            self._sizes[file] = stream.tell()
        self._hashes[file] = sha256.hexdigest()

    def _publish(self) -> None:
        manifest: dict[str, Any] = {}
        if self._tensors is not None:
            manifest["weights_sha256"] = self._tensors.sha256
            manifest["tensors"] = self._tensors.digests
            for file in set(self._tensors.weight_map.values()):
                self._sizes[file] = (self.folder / file).stat().st_size
            self._write_index(self._tensors)
        for file, text in self._last.items():
            self._write(file, [text.encode()])
        manifest["files"] = dict(sorted(self._hashes.items()))
        manifest["sizes"] = dict(sorted(self._sizes.items()))
        self._write(MANIFEST_FILE, [json.dumps(manifest, indent=2).encode()])
        if self._verify is not None:
            self._verify(self.folder)
        self.folder.chmod(0o777 & ~_umask())
        sync(self.folder)
        if self.out.is_dir():
            self.out.rmdir()  # an empty one, or the rename is refused
        self.folder.rename(self.out)
        sync(self.out.parent)

    def _write_index(self, files: TensorFiles) -> None:
        if len(set(files.weight_map.values())) > 1:
            total = sum(spec.nbytes for spec in files.specs.values())
            index = {"metadata": {"total_size": total}, "weight_map": files.weight_map}
            self._last = {INDEX: json.dumps(index, indent=2), **self._last}

    def _explain(self, error: OSError) -> EvomergeError:
        if is_full(error):
            return NoRoomError(
                f"{self.out}: no room to write it ({error.strerror}); nothing was left behind"
            )
        return EvomergeError(f"{self.out}: writing failed ({error}); nothing was left behind")


def refuse_existing(out: Path) -> None:
    """Raise UserError where something stands in the way of a new folder."""
    try:
        if out.is_symlink():
            raise UserError(f"{out}: is a symbolic link; name a folder of its own")
        if not out.exists() or not any(out.iterdir()):
            return
    except NotADirectoryError:
        pass
    except OSError as error:
        raise UserError(f"{out}: cannot be written ({error.strerror})") from None
    raise UserError(f"{out}: exists already; name a new folder or remove it")


def _sync(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
