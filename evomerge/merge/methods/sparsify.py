"""Ways to thin out a delta: which of its elements stay."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Cut:
    """What is larger stays, and some of what is as large."""

    limit: float
    """Magnitudes up to this one do not stay."""
    tied: torch.Tensor | None = None
    """Ascending indices of elements of exactly that magnitude that stay as well."""

    def apply(self, delta: torch.Tensor, offset: int = 0) -> torch.Tensor:
        """A flat part of the delta that begins at `offset`, with zeros for what does not stay."""
        thinned = torch.nn.functional.hardshrink(delta, self.limit)
        if self.tied is not None:
            tied = self.tied[(self.tied >= offset) & (self.tied < offset + delta.numel())] - offset
            thinned[tied] = delta[tied]
        return thinned


@dataclass(frozen=True)
class Mask:
    """What was drawn stays (DARE, 2311.03099, equation 1)."""

    drawn: torch.Tensor
    """A truth value for each element of the delta."""

    def apply(self, delta: torch.Tensor, offset: int = 0) -> torch.Tensor:
        """A flat part of the delta that begins at `offset`, with zeros for what does not stay."""
        return delta * self.drawn[offset : offset + delta.numel()]


Thinning = Cut | Mask | None
"""Of one delta; None where all of it stays."""
