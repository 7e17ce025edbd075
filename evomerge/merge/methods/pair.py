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
        rank = n - max(1, int(density * n))
        if density >= 1 or rank <= 0:
            return None
        if self.keep and self._ascending[rank - 1] < self._ascending[rank]:
            return Cut(float(self._ascending[rank - 1]))
        size = self.delta.abs()
        threshold = self._threshold(size, rank)
        tied = (size == threshold).nonzero().flatten()
        return Cut(threshold, tied[: n - rank - int((size > threshold).sum())])

    @cached_property
    def _ascending(self) -> npt.NDArray[np.float32]:
        magnitudes: npt.NDArray[np.float32] = np.sort(self.delta.abs().cpu().numpy())
        return magnitudes

    def _threshold(self, size: torch.Tensor, rank: int) -> float:
        """The magnitude that so many are not larger than."""
        if self.keep:
            return float(self._ascending[rank])
        if size.is_cuda:
            return float(size.kthvalue(rank + 1).values)
        return float(np.partition(size.numpy(), rank)[rank])
