"""What one tensor of an offspring is made of, and what is known of it once and for all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch

from evomerge.memory import MemoryBudget
from evomerge.merge.kernels import KINDS, functions_for
from evomerge.merge.kernels.thinning import Cut, Drawn, Marked
from evomerge.merge.methods.findings import Findings
from evomerge.merge.methods.magnitudes import Magnitudes
from evomerge.merge.methods.variances import Variances

Doubles = npt.NDArray[np.float64]

PART = 1 << 20
"""Elements worked on at a time, more or less: whole rows."""


class Inputs:
    """The models' tensors of one name, and the base's.

    Nothing here depends on a recipe's numbers: the bank keeps it for all its offspring.

    Args:
        thetas, base: of one shape and device, of any floating-point types.
        memory: for what is found of them; by default they are for one offspring, and all is kept.
    """

    def __init__(
        self,
        thetas: Sequence[torch.Tensor],
        base: torch.Tensor | None = None,
        memory: MemoryBudget | None = None,
    ) -> None:
        self.thetas = [_readable(theta) for theta in thetas]
        self.base = None if base is None else _readable(base)
        self._kernels = functions_for(self.thetas[0].device)
        self._findings = Findings(memory)
        self.once = self._findings.once
        """Finds what does not depend on a method's numbers, and keeps it."""
        self.magnitudes: list[Magnitudes] = []
        """Of each delta; none without a base."""
        if self.base is not None:
            self.magnitudes = [Magnitudes(theta, self.base, memory) for theta in self.thetas]
            self.variances = Variances(self.thetas, self.base, memory)
            """Of the deltas, at each place."""

    @property
    def shape(self) -> torch.Size:
        """Of the tensors, and of the result."""
        return self.thetas[0].shape

    @property
    def numel(self) -> int:
        """Number of elements."""
        return self.thetas[0].numel()

    @property
    def models(self) -> int:
        """Number of models, without the base."""
        return len(self.thetas)

    @property
    def columns(self) -> int:
        """Elements of a row: the last dimension; a vector is one row."""
        return max(1, self.shape[-1]) if self.shape else 1

    @property
    def deltas(self) -> list[torch.Tensor]:
        """Theta - b of each model, whole and in float32: for methods that need a matrix."""
        assert self.base is not None
        base = self.base.float()
        return [theta.float() - base for theta in self.thetas]

    @property
    def products(self) -> Doubles:
        """Inner products of the models' tensors and, last, the base's; (models + base) squared."""
        every = [*self.thetas, *([] if self.base is None else [self.base])]
        return self.once("products", lambda: self._kernels.inner_products(every))

    @property
    def delta_products(self) -> Doubles:
        """Inner products of the deltas, shape (models, models)."""
        assert self.base is not None
        return self.once(
            "delta_products", lambda: self._kernels.inner_products(self.thetas, self.base)
        )

    @property
    def row_products(self) -> Doubles:
        """Inner products row by row, of the deltas if there is a base; (rows, models, models)."""
        lines = self.thetas, self.base, self.columns
        return self.once("row_products", lambda: self._kernels.row_products(*lines))

    @property
    def column_products(self) -> Doubles:
        """The same over the first dimension, for each place in the others."""
        columns = max(1, math.prod(self.shape[1:])) if self.shape else 1
        lines = self.thetas, self.base, columns
        return self.once("column_products", lambda: self._kernels.column_products(*lines))

    def sizes(self, model: int, thinning: Cut | Drawn | Marked) -> tuple[float, float]:
        """Sums of the magnitudes of a model's delta, before it is thinned out and after."""
        match thinning:
            case Cut():
                known = self.magnitudes[model]
                return known.size(), known.size(thinning.kept) - known.size(thinning.dropped)
            case Drawn():
                assert self.base is not None
                drawn = thinning.key, thinning.threshold
                before, after = self._kernels.sizes_drawn(self.thetas[model], self.base, *drawn)
                return before, after
            case Marked():
                assert thinning.sizes is not None
                return thinning.sizes

    def parts(self) -> Iterator[tuple[int, int]]:
        """Offset and size of parts that are whole rows, one after the other."""
        size = max(1, PART // self.columns) * self.columns
        for offset in range(0, self.numel, size):
            yield offset, min(size, self.numel - offset)

    def rows(self, offset: int, count: int) -> tuple[list[torch.Tensor], torch.Tensor | None]:
        """A part of the models' tensors and of the base's: float32, shape (rows, columns)."""
        every = [*self.thetas, *([] if self.base is None else [self.base])]
        made = [t.view(-1)[offset : offset + count].float().view(-1, self.columns) for t in every]
        return (made, None) if self.base is None else (made[:-1], made[-1])


def _readable(tensor: torch.Tensor) -> torch.Tensor:
    """As kernels can read it: contiguous, and in one of their types."""
    return (tensor if tensor.dtype in KINDS else tensor.float()).contiguous()
