"""Inner products of the tensors' rows, or of their columns; see kernels/numba/lines.py."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from evomerge.merge.kernels.arrays import Doubles
from evomerge.merge.kernels.tensors import sums

LENGTH = 1 << 12
"""Elements of a line that are folded at a time; these sums are added up in their order."""


def row_products(
    thetas: Sequence[torch.Tensor], base: torch.Tensor | None, columns: int
) -> Doubles:
    """Inner products row by row, of deltas where there is a base; (rows, models, models)."""
    every = [theta.view(-1, columns).T for theta in thetas]
    return _products(every, None if base is None else base.view(-1, columns).T)


def column_products(
    thetas: Sequence[torch.Tensor], base: torch.Tensor | None, columns: int
) -> Doubles:
    """The same column by column; (columns, models, models)."""
    every = [theta.view(-1, columns) for theta in thetas]
    return _products(every, None if base is None else base.view(-1, columns))


def _products(thetas: Sequence[torch.Tensor], base: torch.Tensor | None) -> Doubles:
    """Column by column; a column's order is its own, however many are worked on at a time."""
    models, (length, lines) = len(thetas), thetas[0].shape
    made = torch.zeros((lines, models, models), dtype=torch.float64, device=thetas[0].device)
    wide = max(1, sums.CHUNK // max(1, min(length, LENGTH)))
    for first in range(0, lines, wide):
        for begin in range(0, length, LENGTH):
            part = slice(begin, begin + LENGTH), slice(first, first + wide)
            deltas = [theta[part].float() for theta in thetas]
            if base is not None:
                b = base[part].float()
                deltas = [delta - b for delta in deltas]
            for i in range(models):
                x = deltas[i].double()
                for k in range(i + 1):
                    made[part[1], i, k] += sums.fold(x * deltas[k])
    for i in range(models):
        made[:, :i, i] = made[:, i, :i]
    return np.asarray(made.cpu().numpy())
