"""A model folder written beside its place, synced and renamed: a folder that exists is whole."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import torch

from evomerge.errors import EvomergeError, NoRoomError, UserError
from evomerge.weights.checkpoint import DTYPES, INDEX, SINGLE, Spec, raw_bytes

SHARD_BYTES = 5 * 2**30
MANIFEST = "manifest.json"
_CODES = {dtype: code for code, dtype in DTYPES.items()}


class FolderWriter:
    """Writes a model folder: tensors first, config last, and the rename when all is on disk.

    Used as a context manager. On success `out` appears whole, with a manifest of the sha256 of
    each file; on any error nothing is left behind. What a kill leaves is a hidden folder beside
    `out` without a config, which no loader takes for a model.

    Raises:
        UserError: `out` exists already, or its parent folder cannot be written to.
    """

    def __init__(self, out: Path, shard_bytes: int = SHARD_BYTES) -> None:
        self.out, self.shard_bytes = out, shard_bytes
        self._last: dict[str, str] = {}
        self._hashes: dict[str, str] = {}

    def __enter__(self) -> Self:
        refuse_existing(self.out)
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self.folder = Path(
                tempfile.mkdtemp(prefix=f".{self.out.name}.partial-", dir=self.out.parent)
            )
        except OSError as error:
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
            shutil.rmtree(self.folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise self._explain(error) from error

    def write_tensors(
        self, specs: Mapping[str, Spec], tensors: Iterable[tuple[str, torch.Tensor]]
    ) -> str:
        """Write safetensors files, one tensor in memory at a time.

        Args:
            specs: shape and type of every tensor, in the order in which they come.
            tensors: each name with its tensor, which is moved to the CPU if need be.

        Returns:
            sha256 over name and bytes of each tensor in that order; where it is name order, the
            `weights_sha256` of the folder.
        """
        sha256 = hashlib.sha256()
        shards = list(_shards(specs, self.shard_bytes))
        incoming = iter(tensors)
        weight_map = {}
        for number, shard in enumerate(shards, start=1):
            file = SINGLE
            if len(shards) > 1:
                file = f"model-{number:05}-of-{len(shards):05}.safetensors"
            self._write_shard(file, shard, incoming, sha256)
            weight_map.update(dict.fromkeys(shard, file))
        if len(shards) > 1:
            total = sum(spec.nbytes for spec in specs.values())
            index = {"metadata": {"total_size": total}, "weight_map": weight_map}
            self._last[INDEX] = json.dumps(index, indent=2)
        return sha256.hexdigest()

    def _write_shard(
        self,
        file: str,
        shard: Mapping[str, Spec],
        tensors: Iterator[tuple[str, torch.Tensor]],
        weights: hashlib._Hash,
    ) -> None:
        file_hash = hashlib.sha256()
        with (self.folder / file).open("wb") as stream:
            header = _header(shard)
            stream.write(header)
            file_hash.update(header)
            for name, spec in shard.items():
                data = _expected(name, spec, *next(tensors))
                stream.write(data)
                file_hash.update(data)
                weights.update(name.encode())
                weights.update(data)
            _sync(stream)
        self._hashes[file] = file_hash.hexdigest()

    def write_text(self, file: str, text: str) -> None:
        """Write a small file. What makes a folder look like a model comes last."""
        if file == "config.json":
            self._last[file] = text
        else:
            self._write_bytes(file, text.encode())

    def copy(self, file: Path) -> None:
        """Copy a small file into the folder, under its own name."""
        self._write_bytes(file.name, file.read_bytes())

    def _write_bytes(self, file: str, data: bytes) -> None:
        with (self.folder / file).open("wb") as stream:
            stream.write(data)
            _sync(stream)
        self._hashes[file] = hashlib.sha256(data).hexdigest()

    def _publish(self) -> None:
        for file, text in self._last.items():
            self._write_bytes(file, text.encode())
        manifest = {"sha256": dict(sorted(self._hashes.items()))}
        self._write_bytes(MANIFEST, json.dumps(manifest, indent=2).encode())
        self.folder.chmod(0o777 & ~_umask())
        _sync_folder(self.folder)
        if self.out.is_dir():
            self.out.rmdir()  # an empty one, or the rename is refused
        self.folder.rename(self.out)
        _sync_folder(self.out.parent)

    def _explain(self, error: OSError) -> EvomergeError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
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


def _shards(specs: Mapping[str, Spec], limit: int) -> Iterator[dict[str, Spec]]:
    shard: dict[str, Spec] = {}
    size = 0
    for name, spec in specs.items():
        if shard and size + spec.nbytes > limit:
            yield shard
            shard, size = {}, 0
        shard[name] = spec
        size += spec.nbytes
    yield shard


def _header(shard: Mapping[str, Spec]) -> bytes:
    """What a safetensors file begins with: the header's length, and the header."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, spec in shard.items():
        begin, end = end, end + spec.nbytes
        header[name] = {
            "dtype": _CODES[spec.dtype],
            "shape": list(spec.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def _expected(name: str, spec: Spec, got: str, tensor: torch.Tensor) -> memoryview:
    if got != name or tuple(tensor.shape) != spec.shape or tensor.dtype != spec.dtype:
        raise ValueError(f"expected {name} {spec}, got {got} {tensor.shape} {tensor.dtype}")
    return raw_bytes(tensor.cpu())


def _sync(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
