"""What is known of the variance among the models' deltas: exactly how many are how large."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from evomerge.memory import MemoryBudget
from evomerge.merge.kernels import functions_for
from evomerge.merge.kernels.thinning import Marked
from evomerge.merge.methods.findings import Findings

Doubles = npt.NDArray[np.float64]


class Variances:
    """The population variance over the models at each place of one tensor, an exact histogram.

    Counted in two steps as magnitudes are (magnitudes.py), so that a threshold takes no copy.
    """

    def __init__(
        self, thetas: Sequence[torch.Tensor], base: torch.Tensor, memory: MemoryBudget | None = None
    ) -> None:
        self.thetas, self.base = thetas, base
        self._kernels = functions_for(base.device)
        self._findings = Findings(memory)

    @property
    def _counts(self) -> npt.NDArray[np.int64]:
        kernels = self._kernels
        return self._findings.once(
            "counts", lambda: kernels.variances_by_bin(self.thetas, self.base)
        )

    @property
    def positive(self) -> int:
        """At how many places the models differ."""
        return int(self._counts.sum())

    def largest(self, count: int) -> tuple[Marked, Doubles]:
        """The places of the `count` largest, of equal ones the first; and each model's d^2 there.

        Args:
            count: 1 or more, and no more than are positive.
        """
        wanted, left = _holding(self._counts, count)
        place, quota = 0, left
        if wanted % 2:
            inside = self._kernels.variances_inside(self.thetas, self.base, wanted)
            place, quota = _holding(inside, left)
        code = np.array([wanted >> 1 << 16 | place], np.int32)
        limit = float(code.view(np.float32)[0])
        bits, squares = self._kernels.mark_variances(self.thetas, self.base, limit, quota)
        return Marked.of_bits(bits), squares


def _holding(counts: npt.NDArray[np.int64], count: int) -> tuple[int, int]:
    """The index that the `count`-th from the end falls on, and how many of it are needed."""
    above = np.cumsum(counts[::-1])
    at = int(np.searchsorted(above, count))
    beyond = int(above[at - 1]) if at else 0
    return len(counts) - 1 - at, count - beyond
