"""Hashes of tensors and of whole models, by their content alone."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import torch
from blake3 import blake3

from evomerge.errors import ParentError
from evomerge.weights.tensors import Spec

HASHED_AT_ONCE = 1 << 21
"""Bytes hashed and checked at a time: they stay in a core's second cache."""

# For each type of floats: the integers of its size, and the bits of infinity. What is not finite is
# at least that, and with a sign at least that and the sign.
_INFINITY = {
    torch.bfloat16: (np.int16, 0x7F80),
    torch.float16: (np.int16, 0x7C00),
    torch.float32: (np.int32, 0x7F800000),
    torch.float64: (np.int64, 0x7FF0000000000000),
}


class Digested(ABC):
    """Tensors that are hashed one by one, each of them once."""

    @property
    @abstractmethod
    def specs(self) -> dict[str, Spec]:
        """Shape and type of every tensor, in name order."""

    @abstractmethod
    def tensor(self, name: str) -> torch.Tensor:
        """One tensor; not to be written to."""

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {}

    def digest(self, name: str) -> str:
        """The BLAKE3 hash of one tensor's bytes.

        Raises:
            ParentError: it has values that are not finite.
        """
        if name not in self._digests:
            self._digests[name] = _checked(name, self.tensor(name))
        return self._digests[name]

    @property
    def content_hash(self) -> str:
        """:func:`weights_sha256` of all tensors."""
        return weights_sha256(self.specs, {name: self.digest(name) for name in self.specs})


def weights_sha256(specs: Mapping[str, Spec], digests: Mapping[str, str]) -> str:
    """sha256 over each tensor's name, type, shape and the BLAKE3 hash of its bytes, in name order.

    The files they are spread over and the order inside them do not matter, and tensors can be
    hashed side by side.
    """
    sha = hashlib.sha256()
    for name in sorted(digests):
        dtype, shape = str(specs[name].dtype).removeprefix("torch."), list(specs[name].shape)
        sha.update(f"{name}\0{dtype}\0{shape}\0{digests[name]}\n".encode())
    return sha.hexdigest()


def tensors_sha256(tensors: Mapping[str, torch.Tensor]) -> str:
    """:func:`weights_sha256` of tensors at hand, on the CPU, finite or not."""
    specs = {name: Spec(tuple(one.shape), one.dtype) for name, one in tensors.items()}
    digests = {name: blake3(raw_bytes(one)).hexdigest() for name, one in tensors.items()}
    return weights_sha256(specs, digests)


def raw_bytes(tensor: torch.Tensor) -> memoryview:
    """The bytes of a tensor on the CPU, row-major and little-endian, without a copy."""
    flat = tensor.detach().contiguous().reshape(-1)
    if not flat.numel():
        return memoryview(b"")
    return memoryview(flat.view(torch.uint8).numpy())  # type: ignore[arg-type]


def _checked(name: str, tensor: torch.Tensor) -> str:
    data, digest, finite = raw_bytes(tensor), blake3(), True
    for begin in range(0, len(data), HASHED_AT_ONCE):
        part = data[begin : begin + HASHED_AT_ONCE]
        digest.update(part)
        finite &= _is_finite(part, tensor.dtype)
    if not finite:
        raise ParentError(
            f"{name} has values that are not finite; take an earlier checkpoint, or get it again"
        )
    return digest.hexdigest()


def _is_finite(data: memoryview, dtype: torch.dtype) -> bool:
    if dtype not in _INFINITY:
        return True
    kind, infinity = _INFINITY[dtype]
    positive = np.frombuffer(data, kind)
    negative = positive.view(f"u{positive.itemsize}")  # the largest of all, where there are any
    sign = 1 << (8 * positive.itemsize - 1)
    return bool(positive.max() < infinity and negative.max() < sign + infinity)
