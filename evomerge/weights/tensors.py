"""Named tensors, wherever they come from, and what is known of them before they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch

DTYPES: dict[str, torch.dtype] = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
"""Tensor types of a safetensors file that evomerge reads."""


@dataclass(frozen=True)
class Spec:
    """Shape and type of a tensor."""

    shape: tuple[int, ...]
    dtype: torch.dtype

    @property
    def numel(self) -> int:
        """Number of elements."""
        return int(torch.Size(self.shape).numel())

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return self.numel * self.dtype.itemsize


class Tensors(Protocol):
    """Named tensors, wherever they come from."""

    @property
    def specs(self) -> dict[str, Spec]:
        """Shape and type of every tensor, in name order."""
        ...

    def tensor(self, name: str) -> torch.Tensor:
        """One tensor; not to be written to."""
        ...

    def digest(self, name: str) -> str:
        """The BLAKE3 hash of one tensor's bytes.

        Raises:
            ParentError: it has values that are not finite.
        """
        ...

    @property
    def content_hash(self) -> str:
        """What distinguishes these weights from any others; see :mod:`evomerge.weights.digests`."""
        ...
