"""What a machine could do at best: how fast one core multiplies, and reads memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import torch

from evomerge.weights import open_parent

SIDE = 2048
"""Rows and columns of the matrices that are multiplied."""
READ = 1 << 29
"""Bytes that are read: more than any cache holds."""


class Floor:
    """The least processor seconds of one core.

    Args:
        model: its matrices are what is multiplied and read.
        dtype: the type that it is held in.
    """

    def __init__(self, model: Path, dtype: torch.dtype) -> None:
        torch.set_num_threads(1)
        specs = open_parent(str(model)).tensors.specs.values()
        self.weights = sum(spec.numel for spec in specs if len(spec.shape) == 2)
        a, b = (torch.randn(SIDE, SIDE, dtype=dtype) for _ in range(2))
        large = torch.ones(READ // 8, dtype=torch.int64)
        self.flops = 2 * SIDE**3 / _shortest(lambda: a @ b)
        """Operations a second in a large product."""
        self.bandwidth = large.nbytes / _shortest(large.sum)
        """Bytes a second."""
        self._bytes = self.weights * dtype.itemsize

    def products(self, tokens: int) -> float:
        """Seconds to multiply so many tokens by all matrices, as fast as a large product."""
        return 2 * self.weights * tokens / self.flops

    def reading(self, steps: int) -> float:
        """Seconds to read all matrices once for each step."""
        return self._bytes * steps / self.bandwidth

    def __str__(self) -> str:
        return f"{self.flops / 1e9:.0f} GFLOPS and {self.bandwidth / 1e9:.1f} GB/s on one core"


def _shortest(work: Callable[[], object], times: int = 9) -> float:
    """Processor seconds of the fastest of several calls."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)
