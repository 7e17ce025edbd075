"""Inner products of whole tensors."""

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

_inner_products = Kernel("products", "inner_products")


def inner_products(thetas: Sequence[torch.Tensor], base: torch.Tensor | None = None) -> Doubles:
    """Every inner product of two of the tensors, less the base where there is one; float64.

    Returns:
        Shape (models, models).
    """
    models = len(thetas)
    made = np.empty((models, models))
    _inner_products(
        *address(base),
        *addresses(thetas),
        models,
        0,
        thetas[0].numel(),
        np.empty((models, BLOCK), np.float32),
        np.empty((models, models, LANES)),
        made,
    )
    return made
