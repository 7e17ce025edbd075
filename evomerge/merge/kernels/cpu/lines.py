"""Inner products row by row, and column by column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from evomerge.merge.kernels.arrays import (
    BLOCK,
    LANES,
    Doubles,
)
from evomerge.merge.kernels.compiled.kernel import Kernel
from evomerge.merge.kernels.cpu.addresses import address, addresses

_column_products = Kernel("lines", "column_products")
_row_products = Kernel("lines", "row_products")


def row_products(
    thetas: Sequence[torch.Tensor], base: torch.Tensor | None, columns: int
) -> Doubles:
    """The inner products row by row; (rows, models, models)."""
    models, rows = len(thetas), thetas[0].numel() // columns
    made, sums = np.empty((rows, models, models)), np.empty((models, models, LANES))
    space = np.empty((models, BLOCK), np.float32)
    _row_products(*address(base), *addresses(thetas), models, rows, columns, space, sums, made)
    return made


def column_products(
    thetas: Sequence[torch.Tensor], base: torch.Tensor | None, columns: int
) -> Doubles:
    """The inner products column by column; (columns, models, models)."""
    models, rows = len(thetas), thetas[0].numel() // columns
    made, space = np.empty((columns, models, models)), np.empty((models, BLOCK), np.float32)
    _column_products(*address(base), *addresses(thetas), models, rows, columns, space, made)
    return made
