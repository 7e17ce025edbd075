"""Where tensors lie, and numbers, as kernels are given them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from evomerge.merge.kernels import KINDS
from evomerge.merge.kernels.arrays import Floats, Integers


def addresses(tensors: Sequence[torch.Tensor]) -> tuple[Integers, Integers]:
    """Where contiguous tensors lie, and their kinds; the caller keeps them alive."""
    return places_of(tensors), np.array([KINDS[tensor.dtype] for tensor in tensors], np.int64)


def places_of(tensors: Sequence[torch.Tensor | None]) -> Integers:
    """Where contiguous tensors lie; 0 for none."""
    places = [0 if tensor is None else tensor.data_ptr() for tensor in tensors]
    return np.array(places, np.int64)


def address(tensor: torch.Tensor | None) -> tuple[int, int]:
    """Where a tensor lies, and its kind; 0 for none."""
    return (0, 0) if tensor is None else (tensor.data_ptr(), KINDS[tensor.dtype])


def floats(values: Sequence[float]) -> Floats:
    """As float32; what is too large is infinite, and -0 is 0, which Triton does not tell apart."""
    with np.errstate(over="ignore"):  # the result is then not finite, which is told
        return np.array(values, np.float64).astype(np.float32) + np.float32(0)
