"""Elements as large as a limit, of which only the first so many count."""

from __future__ import annotations

import math

import torch

from evomerge.merge.kernels.thinning import Cut, Thinnings


class Ties:
    """Those of one part of a tensor, for every limit and top of its thinnings, in their order.

    Args:
        numel: elements of the whole tensor.
        offset: the part's first one.
        size: elements of a block.
        blocks: how many the part has.
    """

    def __init__(
        self, thinnings: Thinnings, numel: int, offset: int, size: int, blocks: int
    ) -> None:
        self._thinnings, self._sides = thinnings, []
        guesses, self.sure = [], True
        for i, cut in enumerate(thinnings.each):
            if not isinstance(cut, Cut):
                continue
            for side, quota, tied in ((0, cut.quota, cut.tied), (1, cut.top_quota, cut.top_tied)):
                if side and cut.top == math.inf:
                    continue
                self._sides.append((i, side))
                end = numel * quota // max(tied, quota, 1)
                guesses.append(min(max(-(-(end - offset) // size), 0), blocks))
                self.sure &= quota in (0, tied)
        self.quotas = tuple(int(thinnings.quotas[side]) for side in self._sides)
        """How many count that are in this part or after it."""
        self.guesses = tuple(guesses)
        """The block from which on none counts, were they evenly spread; `sure` if so it is."""

    def leave(self, counts: torch.Tensor) -> None:
        """Take those of this part off the quotas.

        Args:
            counts: how many each block has, shape (limits and tops, blocks).
        """
        for side, ties in zip(self._sides, counts.sum(1).tolist(), strict=True):
            self._thinnings.quotas[side] = max(0, self._thinnings.quotas[side] - ties)
