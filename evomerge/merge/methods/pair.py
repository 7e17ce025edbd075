"""A model's tensor beside the base's, and what is known of their difference once and for all."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from evomerge.merge.methods.sparsify import Cut

EPSILON = 1e-8


class Pair:
    """What methods ask of a whole tensor; none of it depends on a recipe's numbers.

    Args:
        theta, base: of one shape and device, in any floating-point types.
        keep: remember the magnitudes in order (4 bytes for each element), so that the next cut is
            looked up in them.
    """

    def __init__(self, theta: torch.Tensor, base: torch.Tensor, keep: bool = False) -> None:
        self.theta, self.base, self.keep = theta.reshape(-1), base.reshape(-1), keep

    @property
    def delta(self) -> torch.Tensor:
        """Theta - base in float32, flat."""
        return self.theta.float() - self.base.float()

    @cached_property
    def same(self) -> bool:
        """Whether the model left the base's tensor as it was."""
        return self.theta.data_ptr() == self.base.data_ptr() or torch.equal(self.theta, self.base)

    @cached_property
    def l1(self) -> float:
        """Sum of the delta's magnitudes."""
        return float(self.delta.abs().sum(dtype=torch.float64))

    @cached_property
    def cosine(self) -> float:
        """Of the angle between the two; in float64, so that the order of summation shows less."""
        x, y = self.base.double(), self.theta.double()
        norms = (x.norm() + EPSILON) * (y.norm() + EPSILON)
        return float(x @ y / norms) if x.numel() else 1.0

    def cut(self, density: float) -> Cut | None:
        """Keeps the max(1, int(density n)) elements of largest magnitude; None is all.

        Of equal magnitudes at the threshold those with the lowest index stay (TIES, 2306.01708,
        section 3.1, with a rule for ties).
        """
        n = self.theta.numel()
        if density >= 1 or n == 0:
            return None
        rank = n - max(1, int(density * n))
        threshold, above, at = self._kept(rank) if self.keep else self._found(rank)
        missing = n - rank - above
        if missing == at:
            return Cut(float(np.nextafter(np.float32(threshold), np.float32(-1))))
        tied = (self.delta.abs() == threshold).nonzero().flatten()
        return Cut(threshold, tied[:missing])

    @cached_property
    def _ascending(self) -> npt.NDArray[np.float32]:
        magnitudes: npt.NDArray[np.float32] = np.sort(self.delta.abs().cpu().numpy())
        return magnitudes

    def _kept(self, rank: int) -> tuple[float, int, int]:
        """The magnitude of a rank (from below), how many are larger, and how many equal it."""
        threshold = self._ascending[rank]
        first, last = (int(self._ascending.searchsorted(threshold, s)) for s in ("left", "right"))
        return float(threshold), len(self._ascending) - last, last - first

    def _found(self, rank: int) -> tuple[float, int, int]:
        """The same by partition."""
        size = self.delta.abs()
        if size.is_cuda:
            threshold = float(size.kthvalue(rank + 1).values)
        else:
            threshold = float(np.partition(size.numpy(), rank)[rank])
        return threshold, int((size > threshold).sum()), int((size == threshold).sum())
