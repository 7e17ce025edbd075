"""Ways to thin out a delta: which of its elements stay."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

WHOLE, CUT, DRAWN, MARKED = range(4)
"""The ways as the numbers that kernels know them by."""


@dataclass(frozen=True)
class Cut:
    """By magnitude: what is larger than `limit` stays, and the first `quota` as large.

    Of these, what is larger than `top` goes, and the first `top_quota` as large.
    """

    limit: float
    quota: int
    kept: int
    """How many are within limit and quota."""
    dropped: int = 0
    """How many of them go."""
    top: float = math.inf
    top_quota: int = 0
    tied: int = 0
    """How many are as large as `limit`, and as `top`: so a GPU guesses where a quota ends."""
    top_tied: int = 0


@dataclass(frozen=True)
class Drawn:
    """At random: an element stays where its hash, of 2^32 values, is below `threshold`."""

    key: int
    threshold: int


NOTHING = Drawn(0, 0)
"""No element stays."""


@dataclass(frozen=True)
class Marked:
    """By given marks: a byte for each element, 1 where it stays.

    `marks` gives those of `count` elements from `offset` on, both multiples of the last dimension.
    """

    marks: Callable[[int, int], torch.Tensor]
    sizes: tuple[float, float] | None = None
    """Sums of all magnitudes, and of those that stay, where they are known."""

    @classmethod
    def of_bits(cls, bits: torch.Tensor, sizes: tuple[float, float] | None = None) -> Marked:
        """By a bit for each element: bit i of byte k is element 8k + i."""

        def marks(offset: int, count: int) -> torch.Tensor:
            part = bits[offset // 8 : (offset + count + 7) // 8]
            return _unpacked(part)[offset % 8 :][:count]

        return cls(marks, sizes)


def _unpacked(bits: torch.Tensor) -> torch.Tensor:
    if bits.is_cuda:
        places = torch.arange(8, dtype=torch.uint8, device=bits.device)
        return ((bits[:, None] >> places) & 1).view(-1)
    return torch.from_numpy(np.unpackbits(bits.numpy(), bitorder="little"))


Thinning = Cut | Drawn | Marked | None
"""Of one delta; None where all of it stays."""


class Thinnings:
    """Those of all models, as arrays; with what the elements before have left of the quotas."""

    def __init__(self, each: Sequence[Thinning]) -> None:
        count = len(each)
        self.each = each
        self.ways = np.full(count, WHOLE, np.int64)
        self.limits = np.zeros((count, 2), np.float32)
        self.quotas = np.zeros((count, 2), np.int64)
        self.keys = np.zeros(count, np.uint64)
        self.thresholds = np.zeros(count, np.int64)
        for i, thinning in enumerate(each):
            if isinstance(thinning, Cut):
                self.ways[i] = CUT
                self.limits[i] = thinning.limit, thinning.top
                self.quotas[i] = thinning.quota, thinning.top_quota
            elif isinstance(thinning, Drawn):
                self.ways[i] = DRAWN
                self.keys[i], self.thresholds[i] = thinning.key, thinning.threshold
            elif isinstance(thinning, Marked):
                self.ways[i] = MARKED

    @property
    def arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """Ways, limits, quotas, keys and thresholds, as kernels take them."""
        return self.ways, self.limits, self.quotas, self.keys, self.thresholds

    def marks(self, offset: int, count: int) -> list[torch.Tensor | None]:
        """The marks of a part, where a model has any; to be kept alive while they are used."""
        return [t.marks(offset, count) if isinstance(t, Marked) else None for t in self.each]
