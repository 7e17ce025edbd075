"""The safetensors files of a model folder, written part by part, in any order."""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from blake3 import blake3

from evomerge.weights.checkpoint.checkpoint import SINGLE
from evomerge.weights.digests import raw_bytes, weights_sha256
from evomerge.weights.tensors import DTYPES, Spec
from evomerge.weights.writing.direct import DirectFile
from evomerge.weights.writing.file_region import FileRegion, Writers

_CODES = {dtype: code for code, dtype in DTYPES.items()}


PARTIAL = ".partial"
"""Behind a file's name until it is whole: no loader takes it for one."""


class TensorFiles:
    """Files with room for every tensor; each is written once, by any thread.

    Args:
        specs: shape and type of every tensor, in the order in which they are to stand.
        shard_bytes: most bytes of tensors in a file; a larger tensor has a file of its own.
        single: the file's name where there is one.

    Raises:
        OSError: there is no room for them.
    """

    def __init__(
        self, folder: Path, specs: Mapping[str, Spec], shard_bytes: int, single: str = SINGLE
    ) -> None:
        self.folder, self.specs = folder, dict(specs)
        self.weight_map: dict[str, str] = {}
        """The file of each tensor."""
        self.digests: dict[str, str] = {}
        """The BLAKE3 hash of each tensor's bytes."""
        self._places: dict[str, tuple[DirectFile, int]] = {}
        self._files: list[DirectFile] = []
        self._writers = Writers()
        shards = list(_shards(specs, shard_bytes))
        try:
            for number, shard in enumerate(shards, start=1):
                many = f"model-{number:05}-of-{len(shards):05}.safetensors"
                self._open(single if len(shards) == 1 else many, shard)
        except OSError:
            self.close()
            raise

    def _open(self, file: str, shard: Mapping[str, Spec]) -> None:
        header = _header(shard)
        begins = [*itertools.accumulate((s.nbytes for s in shard.values()), initial=len(header))]
        opened = DirectFile(self.folder / (file + PARTIAL), begins[-1])
        self._files.append(opened)
        for name, begin in zip(shard, begins, strict=False):
            self._places[name] = opened, begin
            self.weight_map[name] = file
        with FileRegion(opened, 0, self._writers) as start:
            start.add(torch.frombuffer(bytearray(header), dtype=torch.uint8))

    def write(self, name: str, parts: Iterable[torch.Tensor]) -> None:
        """Write a tensor, given as flat parts in their order.

        Raises:
            ValueError: the parts are not what the tensor's spec says.
            OSError: a part of this tensor or of another could not be written.
        """
        if name not in self._places:
            raise ValueError(f"{name}: expected one of {len(self._places)} other tensors")
        spec, digest, size = self.specs[name], blake3(), 0
        with FileRegion(*self._places[name], self._writers) as region:
            for part in parts:
                data = raw_bytes(part)
                if part.dtype != spec.dtype or size + len(data) > spec.nbytes:
                    raise ValueError(f"{name}: expected {spec}, got {part.shape} {part.dtype}")
                digest.update(data)
                region.add(part.reshape(-1).view(torch.uint8))
                size += len(data)
        if size != spec.nbytes:
            raise ValueError(f"{name}: expected {spec}, got {size} bytes")
        self.digests[name] = digest.hexdigest()

    def finish(self) -> str:
        """Wait until all is on disk, and give the files their names.

        Returns:
            The `weights_sha256` of the tensors.

        Raises:
            OSError: they could not be written.
        """
        missing = self.specs.keys() - self.digests.keys()
        if missing:
            raise ValueError(f"{len(missing)} tensors were not written, {min(missing)} among them")
        self._writers.finish()
        for file in self._files:
            file.sync()
        self.close()
        for name in set(self.weight_map.values()):
            (self.folder / (name + PARTIAL)).rename(self.folder / name)
        return self.sha256

    @property
    def sha256(self) -> str:
        """The `weights_sha256` of the tensors, all of them written."""
        return weights_sha256(self.specs, self.digests)

    def close(self) -> None:
        """Let go of the files."""
        self._writers.close()
        while self._files:
            self._files.pop().close()


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
