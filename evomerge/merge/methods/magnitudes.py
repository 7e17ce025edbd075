"""What is known of the magnitudes of one delta: exactly how many are how large."""

from __future__ import annotations

import itertools
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
        counts, places = self._kernels.magnitudes_by_bin(self.theta, self.base)
        used = np.flatnonzero(counts)[::-1]
        sums = _sum(used, counts[used], places[used])
        return used, np.cumsum(counts[used]), np.cumsum(sums)

    @cached_property
    def _distinct(self) -> dict[int, tuple[Codes, Codes]] | None:
        """What is in each bin, see :meth:`_inside`; None where there are too many codes."""
        if not self.remember:
            return None
        codes, counts = self._kernels.magnitudes_distinct(self.theta, self.base)
        order = np.argsort(-codes)
        codes, counts = codes[order], counts[order]
        ends = [0, *(np.flatnonzero(np.diff(codes >> 16)) + 1).tolist(), len(codes)]
        bins = ((first, slice(first, end)) for first, end in itertools.pairwise(ends))
        return {int(codes[n]) >> 16: (codes[s], counts[s]) for n, s in bins} if len(codes) else None

    def _inside(self, wanted: int) -> tuple[Codes, Codes]:
        """The codes of one bin, the largest first, and how often each occurs."""
        if self._distinct is not None:
            return self._distinct[wanted]
        counts = self._kernels.magnitudes_inside(self.theta, self.base, wanted)
        places = np.flatnonzero(counts)[::-1]
        return (wanted << 16) + places, counts[places]

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
