"""What is known of the magnitudes of one delta: exactly how many are how large."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from evomerge.merge.kernels import functions_for
from evomerge.merge.kernels.thinning import Cut

Codes = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


class Magnitudes:
    """The magnitudes |theta - b| of one tensor, an exact histogram.

    They are counted by the first 16 bits of float32, their bin. Inside a bin they are counted when
    one is asked for, which takes one more look at the tensors; `remember` sorts all of them at
    once instead, so that any threshold is a look-up.

    Args:
        theta, base: contiguous and of one size.
    """

    def __init__(self, theta: torch.Tensor, base: torch.Tensor, remember: bool = False) -> None:
        self.theta, self.base, self.remember = theta, base, remember
        self._kernels = functions_for(theta.device)

    @cached_property
    def _bins(self) -> tuple[Codes, Codes, Doubles]:
        """Bins in use, largest first; how many are in each or above it; and the sum of these."""
        if self._distinct is None:
            counts, places = self._kernels.magnitudes_by_bin(self.theta, self.base)
            used = np.flatnonzero(counts)
            counts, places = counts[used], places[used]
        else:
            codes, each = self._distinct
            used, begins = np.unique(codes >> 16, return_index=True)
            counts = np.add.reduceat(each, begins)
            places = np.add.reduceat(each * (codes & 0xFFFF), begins)
        sums = _sum(used, counts, places)
        return used[::-1], np.cumsum(counts[::-1]), np.cumsum(sums[::-1])

    @cached_property
    def _distinct(self) -> tuple[Codes, Codes] | None:
        """All codes, ascending, and how often each occurs; None where they are too many."""
        if not self.remember:
            return None
        codes, counts = self._kernels.magnitudes_distinct(self.theta, self.base)
        order = np.argsort(codes)
        return (codes[order], counts[order]) if len(codes) else None

    def _inside(self, wanted: int) -> tuple[Codes, Codes]:
        """The codes of one bin, the largest first, and how often each occurs."""
        if self._distinct is None:
            every = self._kernels.magnitudes_inside(self.theta, self.base, wanted)
            places = np.flatnonzero(every)
            codes, counts = (wanted << 16) + places, every[places]
        else:
            codes, counts = self._distinct
            here = slice(*codes.searchsorted([wanted << 16, (wanted + 1) << 16]).tolist())
            codes, counts = codes[here], counts[here]
        return codes[::-1], counts[::-1]

    @property
    def total(self) -> float:
        """The sum of all magnitudes."""
        sums = self._bins[2]
        return float(sums[-1]) if len(sums) else 0.0

    def largest(self, count: int) -> tuple[float, int, int, float]:
        """The `count` largest; of those equal at the threshold the first by index.

        Args:
            count: 1 or more, and no more than there are.

        Returns:
            The threshold, how many as large as it are among them, how many there are, and the sum
            of the `count` largest.
        """
        used, counted, sums = self._bins
        at = int(counted.searchsorted(count))
        beyond, whole = (int(counted[at - 1]), float(sums[at - 1])) if at else (0, 0.0)
        codes, counts = self._inside(int(used[at]))
        running = counts.cumsum()
        last = int(running.searchsorted(count - beyond))
        larger = int(running[last - 1]) if last else 0
        quota, code = count - beyond - larger, int(codes[last])
        places = int(counts[:last] @ (codes[:last] & 0xFFFF)) + quota * (code & 0xFFFF)
        part = float(_sum(used[at : at + 1], larger + quota, places)[0])
        limit = float(_magnitudes(codes[last : last + 1])[0])
        return limit, quota, int(counts[last]), whole + part

    def cut(self, keep: int, drop: int = 0) -> Cut | None:
        """Keep the `keep` largest, less the `drop` largest of them; None where all stay."""
        n = self.theta.numel()
        keep, drop = min(keep, n), min(drop, keep, n)
        if keep == n and not drop:
            return None
        limit, quota, tied, size = self.largest(keep) if keep else (math.inf, 0, 0, 0.0)
        if not drop:
            return Cut(limit, quota, size, tied=tied)
        top, top_quota, top_tied, dropped = self.largest(drop)
        return Cut(limit, quota, size - dropped, top, top_quota, tied, top_tied)


def _sum(bins: Codes, counts: Codes | int, places: Codes | int) -> Doubles:
    """Sums of so many magnitudes of bins with so large sums of places; exact to a rounding.

    Within a bin magnitudes are linear in their places.
    """
    low, next_ = _magnitudes(bins << 16), _magnitudes((bins << 16) + 1)
    return low * counts + (next_ - low) * places


def _magnitudes(codes: Codes) -> Doubles:
    """The float32 with these bits."""
    return codes.astype(np.uint32).view(np.float32).astype(np.float64)
