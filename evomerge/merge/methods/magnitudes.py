"""What is known of the magnitudes of one delta: exactly how many are how large."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch

from evomerge.memory import MemoryBudget
from evomerge.merge.kernels import functions_for
from evomerge.merge.kernels.thinning import Cut
from evomerge.merge.methods.findings import Findings

Codes = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

DISTINCT_BYTES = 2 << 20
"""Most memory that the distinct magnitudes of a delta take: 12 bytes each."""


class Magnitudes:
    """The magnitudes |theta - b| of one tensor, an exact histogram.

    They are counted by their bin (kernels/arrays.py). Inside one of more than one value they
    are counted when it is asked for, which takes one more look at the tensors; where there is room
    to remember them, all of them are sorted once instead, and any threshold is a look-up.

    Args:
        theta, base: contiguous and of one size.
    """

    def __init__(
        self, theta: torch.Tensor, base: torch.Tensor, memory: MemoryBudget | None = None
    ) -> None:
        self.theta, self.base = theta, base
        self._remember = memory is not None and memory.left > DISTINCT_BYTES
        self._kernels = functions_for(theta.device)
        self._findings = Findings(memory)

    def cut(self, keep: int, drop: int = 0) -> Cut | None:
        """Keep the `keep` largest, less the `drop` largest of them; None where all stay."""
        n = self.theta.numel()
        keep, drop = min(keep, n), min(drop, keep, n)
        if keep == n and not drop:
            return None
        limit, quota, tied = self._threshold(keep) if keep else (math.inf, 0, 0)
        if not drop:
            return Cut(limit, quota, keep, tied=tied)
        top, top_quota, top_tied = self._threshold(drop)
        return Cut(limit, quota, keep, drop, top, top_quota, tied, top_tied)

    def size(self, count: int | None = None) -> float:
        """The sum of the `count` largest, or of all."""
        used, counted, sums = self._bins
        if count is None or not len(used):
            return float(sums[-1]) if len(sums) else 0.0
        if count == 0:
            return 0.0
        at = int(counted.searchsorted(count))
        beyond, whole = (int(counted[at - 1]), float(sums[at - 1])) if at else (0, 0.0)
        codes, counts = self._inside(at)
        running = counts.cumsum()
        last = int(running.searchsorted(count - beyond))
        quota = count - beyond - (int(running[last - 1]) if last else 0)
        places = int(counts[:last] @ (codes[:last] & 0xFFFF)) + quota * int(codes[last] & 0xFFFF)
        return whole + float(_sum(used[at : at + 1], count - beyond, places)[0])

    def _threshold(self, count: int) -> tuple[float, int, int]:
        """The `count`-th largest; how many as large are among these, and how many there are.

        Args:
            count: 1 or more, and no more than there are.
        """
        codes, running, beyond = self._near(count)
        last = int(running.searchsorted(count - beyond))
        larger = int(running[last - 1]) if last else 0
        limit = float(codes[last : last + 1].view(np.float32)[0])
        return limit, count - beyond - larger, int(running[last]) - larger

    def _near(self, count: int) -> tuple[Codes, Counts, int]:
        """Codes, the `count`-th largest among them; how many are as large; how many are larger."""
        if self._ranked is not None:
            return *self._ranked, 0
        _, counted, _ = self._bins
        at = int(counted.searchsorted(count))
        codes, counts = self._inside(at)
        return codes, counts.cumsum(), int(counted[at - 1]) if at else 0

    @property
    def _ranked(self) -> tuple[Codes, Counts] | None:
        """All codes that occur, descending, and how many magnitudes are as large or larger.

        None where they are too many.
        """
        return self._findings.once("ranked", self._rank) if self._remember else None

    def _rank(self) -> tuple[Codes, Counts] | None:
        codes, counts = self._kernels.magnitudes_distinct(self.theta, self.base)
        order = np.argsort(-codes)
        return (codes[order].astype(np.int32), counts[order].cumsum()) if len(codes) else None

    @property
    def _bins(self) -> tuple[Counts, Counts, Doubles]:
        """Bins in use, largest first; how many are in each or above it; and the sum of these."""
        return self._findings.once("bins", self._find_bins)

    def _find_bins(self) -> tuple[Counts, Counts, Doubles]:
        if self._ranked is None:
            counts, places = self._kernels.magnitudes_by_bin(self.theta, self.base)
            used = np.flatnonzero(counts)[::-1]
            counts, places = counts[used], places[used]
        else:
            codes, running = self._ranked
            each = np.diff(running, prepend=0)
            bins = _bins_of(codes)
            begins = np.flatnonzero(np.diff(bins, prepend=-1))
            used = bins[begins]
            counts = np.add.reduceat(each, begins)
            places = np.add.reduceat(each * (codes & 0xFFFF), begins)
        return used, np.cumsum(counts), np.cumsum(_sum(used, counts, places))

    def _inside(self, at: int) -> tuple[Codes, Counts]:
        """The codes of one of the bins in use, the largest first, and how often each occurs."""
        used, counted, _ = self._bins
        wanted = int(used[at])
        if wanted % 2 == 0:
            return _least(used[at : at + 1]), np.diff(counted, prepend=0)[at : at + 1]
        if self._ranked is None:
            return self._findings.once(f"inside {wanted}", lambda: self._find_inside(wanted))
        codes, running = self._ranked
        here = _bins_of(codes) == wanted
        return codes[here], np.diff(running, prepend=0)[here]

    def _find_inside(self, wanted: int) -> tuple[Codes, Counts]:
        every = self._kernels.magnitudes_inside(self.theta, self.base, wanted)
        places = np.flatnonzero(every)[::-1]
        return _least(np.array([wanted])) + places.astype(np.int32), every[places]


def _bins_of(codes: Codes) -> Counts:
    """The bin of each code."""
    return ((codes >> 16) * 2 + (codes & 0xFFFF > 0)).astype(np.int64)


def _least(bins: Counts) -> Codes:
    """The code with place 0 of the same first bits as those of each bin."""
    return (bins >> 1 << 16).astype(np.int32)


def _sum(bins: Counts, counts: Counts | int, places: Counts | int) -> Doubles:
    """Sums of so many magnitudes of bins with so large sums of places; exact to a rounding.

    Within a bin magnitudes are linear in their places.
    """
    low, next_ = _magnitudes(_least(bins)), _magnitudes(_least(bins) + 1)
    return low * counts + (next_ - low) * places


def _magnitudes(codes: Codes) -> Doubles:
    """The float32 with these bits."""
    return codes.view(np.float32).astype(np.float64)
