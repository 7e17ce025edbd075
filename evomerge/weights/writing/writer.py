"""A model folder written beside its place, synced and renamed: a folder that exists is whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import torch

from evomerge.disk import is_full, sync
from evomerge.errors import EvomergeError, NoRoomError, UserError
from evomerge.weights.checkpoint.checkpoint import INDEX
from evomerge.weights.checkpoint.files import CONFIG
from evomerge.weights.tensors import Spec
from evomerge.weights.writing.tensor_files import TensorFiles

SHARD_BYTES = 5 * 10**9
"""Most bytes of tensors in a file: as most models on the Hub have them; a file is loaded whole."""
MANIFEST = "manifest.json"


class FolderWriter:
    """Writes a model folder: tensors first, config last, and the rename when all is on disk.

    Args:
        verify: is given the folder when all is in it, before it has its name; what it raises leaves
            nothing behind.

    Used as a context manager. On success `out` appears whole, with a manifest of the BLAKE3 hash
    of each tensor and the sha256 of each other file; on any error nothing is left behind. What a
    kill leaves is a hidden folder beside `out` without a config, which no loader takes for a model.

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
        self._tensors: TensorFiles | None = None

    def __enter__(self) -> Self:
        refuse_existing(self.out)
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self.folder = Path(
                tempfile.mkdtemp(prefix=f".{self.out.name}.partial-", dir=self.out.parent)
            )
        except OSError as error:
            if is_full(error):
                raise self._explain(error) from None
            raise UserError(f"{self.out}: cannot be written ({error.strerror})") from None
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
            shutil.rmtree(self.folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise self._explain(error) from error

    def tensors(self, specs: Mapping[str, Spec]) -> TensorFiles:
        """Files for the tensors, to be written part by part."""
        self._tensors = TensorFiles(self.folder, specs, self.shard_bytes)
        return self._tensors

    def write_tensors(
        self, specs: Mapping[str, Spec], tensors: Iterable[tuple[str, torch.Tensor]]
    ) -> str:
        """Write tensors that are at hand; the `weights_sha256` of all."""
        files = self.tensors(specs)
        for name, tensor in tensors:
            files.write(name, [tensor.cpu()])
        return files.finish()

    def write_text(self, file: str, text: str) -> None:
        """Write a small file. What makes a folder look like a model comes last."""
        if file == CONFIG:
            self._last[file] = text
        else:
            self._write_bytes(file, text.encode())

    def copy(self, file: Path, name: str | None = None) -> None:
        """Copy a file into the folder.

        Args:
            name: its place there; by default its own name.
        """
        self._write_bytes(name or file.name, file.read_bytes())

    def _write_bytes(self, file: str, data: bytes) -> None:
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        with (self.folder / file).open("wb") as stream:
            stream.write(data)
            _sync(stream)
        self._hashes[file] = hashlib.sha256(data).hexdigest()

    def _publish(self) -> None:
        manifest: dict[str, Any] = {}
        if self._tensors is not None:
            manifest["tensors"] = self._tensors.digests
            self._write_index(self._tensors)
        for file, text in self._last.items():
            self._write_bytes(file, text.encode())
        manifest["files"] = dict(sorted(self._hashes.items()))
        self._write_bytes(MANIFEST, json.dumps(manifest, indent=2).encode())
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
