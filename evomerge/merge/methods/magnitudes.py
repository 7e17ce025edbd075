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
    def _bins(self) -> tuple[Codes, Codes, npt.NDArray[np.float64]]:
        """Bins in use, ascending; how many are in or above each; and the sum of these."""
        counts, places = self._kernels.magnitudes_by_bin(self.theta, self.base)
        used = np.flatnonzero(counts)
        sums = self._sums(used, counts[used], places[used])
        return used, np.cumsum(counts[used][::-1])[::-1], np.cumsum(sums[::-1])[::-1]

    @cached_property
    def _distinct(self) -> tuple[Codes, Codes] | None:
        """Every code that occurs, ascending, and how often; None where there are too many."""
        if not self.remember:
            return None
        codes, counts = self._kernels.magnitudes_distinct(self.theta, self.base)
        order = np.argsort(codes)
        return (codes[order], counts[order]) if len(codes) else None

    def _inside(self, wanted: int) -> tuple[Codes, Codes]:
        """The codes of one bin, ascending, and how often each occurs."""
        if self._distinct is not None:
            codes, counts = self._distinct
            first, end = np.searchsorted(codes, [wanted << 16, (wanted + 1) << 16])
            return codes[first:end], counts[first:end]
        counts = self._kernels.magnitudes_inside(self.theta, self.base, wanted)
        places = np.flatnonzero(counts)
        return (wanted << 16) + places, counts[places]

    @staticmethod
    def _sums(bins: Codes, counts: Codes, places: Codes) -> npt.NDArray[np.float64]:
        """The sum of so many magnitudes with so large a sum of places; exact but for one rounding.

        Within a bin magnitudes are linear in their places.
        """
        low = (bins << 16).astype(np.int32).view(np.float32).astype(np.float64)
        high = ((bins << 16) + 1).astype(np.int32).view(np.float32).astype(np.float64)
        return np.asarray(low * counts + (high - low) * places)

    @property
    def total(self) -> float:
        """The sum of all magnitudes."""
        sums = self._bins[2]
        return float(sums[0]) if len(sums) else 0.0

    def largest(self, count: int) -> tuple[float, int, int, float]:
        """The `count` largest; of those equal at the threshold the first by index.

        Args:
            count: 1 or more, and no more than there are.

        Returns:
            The threshold, how many as large as it are among them, how many there are, and the sum
            of the `count` largest.
        """
        used, above, sums = self._bins
        at = int(np.searchsorted(-above, -count, side="right")) - 1  # the last with enough above
        beyond = above[at + 1] if at + 1 < len(used) else 0
        codes, counts = self._inside(int(used[at]))
        down = np.cumsum(counts[::-1])[::-1]  # as large as each, or larger, within the bin
        place = int(np.searchsorted(-down, beyond - count, side="right")) - 1
        larger = int(down[place + 1]) if place + 1 < len(codes) else 0
        quota = count - beyond - larger
        kept = np.concatenate(([quota], counts[place + 1 :]))
        places = int((kept * (codes[place:] & 0xFFFF)).sum())
        part = self._sums(used[at : at + 1], np.array([larger + quota]), np.array([places]))
        whole = float(sums[at + 1]) if at + 1 < len(used) else 0.0
        threshold = codes[place : place + 1].astype(np.int32).view(np.float32)
        return float(threshold[0]), int(quota), int(counts[place]), whole + float(part[0])

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
