"""Deltas thinned out, elected, and added to the base."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from evomerge.merge.kernels.arrays import (
    BLOCK,
)
from evomerge.merge.kernels.compiled.kernel import Kernel
from evomerge.merge.kernels.cpu.addresses import address, addresses, floats, places_of
from evomerge.merge.kernels.thinning import Thinnings

_add_task_vectors = Kernel("task_vectors", "add_task_vectors")


def add_task_vectors(
    base: torch.Tensor,
    thetas: Sequence[torch.Tensor],
    weights: Sequence[float],
    factors: Sequence[float],
    thinnings: Thinnings,
    *,
    elect: bool,
    plainly: bool,
    least: float | None,
    lambda_: float,
    out: torch.Tensor,
    offset: int,
) -> bool:
    """Write b + lambda D; see :func:`evomerge.merge.kernels.numba.task_vectors.add_task_vectors`.

    Args:
        thinnings: of each delta; what is left of their quotas is changed.
        least: divide by the sum of the agreeing weights, and by no less; None not to.
    """
    marks = thinnings.marks(offset, out.numel())
    finite = _add_task_vectors(
        *address(base),
        *addresses(thetas),
        floats(weights),
        floats(factors),
        *thinnings.arrays,
        places_of(marks),
        len(thetas),
        np.empty((len(thetas), BLOCK), np.float32),
        elect,
        plainly,
        floats([-1 if least is None else least, lambda_]),
        *address(out),
        offset,
        out.numel(),
    )
    return bool(finite)
