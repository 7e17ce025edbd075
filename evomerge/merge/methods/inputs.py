"""What one tensor of an offspring is made of, and what is known of it once and for all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch

from evomerge.merge.kernels import KINDS, functions_for
from evomerge.merge.kernels.thinning import Cut, Drawn, Marked
from evomerge.merge.methods.magnitudes import Magnitudes
from evomerge.merge.methods.variances import Variances

T = TypeVar("T")

PART = 1 << 20
"""Elements worked on at a time, more or less: whole rows."""


class Inputs:
    """The models' tensors of one name, and the base's.

    Nothing here depends on a recipe's numbers: the bank keeps it for all its offspring.

    Args:
        thetas, base: of one shape and device, of any floating-point types.
        remember: count distinct magnitudes once, so that any threshold is a look-up.
    """

    def __init__(
        self,
        thetas: Sequence[torch.Tensor],
        base: torch.Tensor | None = None,
        *,
        remember: bool = False,
    ) -> None:
        self.thetas = [_readable(theta) for theta in thetas]
        self.base = None if base is None else _readable(base)
        self.remember = remember
        self._kernels = functions_for(self.thetas[0].device)
        self._found: dict[str, Any] = {}

    def once(self, what: str, find: Callable[[], T]) -> T:
        """What a method finds of the tensors whatever its numbers: with `remember`, once."""
        if what not in self._found:
            found = find()
            if not self.remember:
                return found
            self._found[what] = found
        made: T = self._found[what]
        return made

    @property
    def shape(self) -> torch.Size:
        """Of the tensors, and of the result."""
        return self.thetas[0].shape

    @property
    def numel(self) -> int:
        """Number of elements."""
        return self.thetas[0].numel()

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

    @cached_property
    def products(self) -> npt.NDArray[np.float64]:
        """Inner products of the models' tensors and, last, the base's; (models + base) squared."""
        every = [*self.thetas, *([] if self.base is None else [self.base])]
        made: npt.NDArray[np.float64] = self._kernels.inner_products(every)
        return made

    @cached_property
    def delta_products(self) -> npt.NDArray[np.float64]:
        """Inner products of the deltas, shape (models, models)."""
        assert self.base is not None
        made: npt.NDArray[np.float64] = self._kernels.inner_products(self.thetas, self.base)
        return made

    @cached_property
    def row_products(self) -> npt.NDArray[np.float64]:
        """Inner products row by row, of the deltas if there is a base; (rows, models, models)."""
        made: npt.NDArray[np.float64] = self._kernels.row_products(
            self.thetas, self.base, self.columns
        )
        return made

    @cached_property
    def column_products(self) -> npt.NDArray[np.float64]:
        """The same over the first dimension, for each place in the others."""
        made: npt.NDArray[np.float64] = self._kernels.column_products(
            self.thetas, self.base, max(1, math.prod(self.shape[1:])) if self.shape else 1
        )
        return made

    @cached_property
    def variances(self) -> Variances:
        """Of the deltas, at each place."""
        assert self.base is not None
        return Variances(self.thetas, self.base)

    @cached_property
    def magnitudes(self) -> list[Magnitudes]:
        """Of each delta."""
        assert self.base is not None
        return [Magnitudes(theta, self.base, self.remember) for theta in self.thetas]

    def sizes(self, model: int, thinning: Cut | Drawn | Marked) -> tuple[float, float]:
        """Sums of the magnitudes of a model's delta, before it is thinned out and after."""
        match thinning:
            case Cut():
                return self.magnitudes[model].total, thinning.size
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
