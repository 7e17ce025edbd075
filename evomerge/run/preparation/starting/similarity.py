"""Weights by what the parents' changes have in common: none of it twice, and all of it once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from evomerge.cores import Cores
from evomerge.run.preparation.starting.influence import Floats, Influence, Weighing
from evomerge.search import Vector
from evomerge.weights import Parent

PART = 2**16
"""Elements of each tensor that are compared at a time."""


def similarity_start(influence: Influence, parents: Mapping[str, Parent], base: str) -> Vector:
    """The genome whose merged change holds each parent's change wholly, and no part of it twice.

    For changes d_i from the base with Gram matrix G of a tensor, weights w that make
    sum_j w_j d_j as large along every d_i as d_i itself solve G w = diag(G): 1 for changes that
    have nothing in common, 1 / n for n equal ones. Genes that several tensors share solve it as
    nearly as they can, by least squares.

    Args:
        base: the model that changes are counted from.

    Returns:
        Shape (n,).
    """

    def compared(weighing: Weighing) -> tuple[Weighing, Floats, Floats]:
        gram = _gram(weighing, parents, base)
        return weighing, gram, np.diagonal(gram).copy()

    with Cores() as cores:
        return influence.nearest(cores.map(compared, influence.weighings()))


@torch.inference_mode()
def _gram(weighing: Weighing, parents: Mapping[str, Parent], base: str) -> Floats:
    """Inner products of the changes of a tensor's inputs, shape (k, k)."""
    operation = weighing.operation
    at = operation.base
    name, tensor = (at.parent, at.tensor) if at is not None else (base, operation.name)
    from_ = parents[name].tensors.tensor(tensor).reshape(-1)
    rows = [parents[i.parent].tensors.tensor(i.tensor).reshape(-1) for i in operation.inputs]
    total = torch.zeros(len(rows), len(rows), dtype=torch.float64)
    for first in range(0, from_.numel(), PART):
        part = slice(first, first + PART)
        changes = torch.stack([row[part].double() - from_[part].double() for row in rows])
        total += changes @ changes.T
    gram: Floats = total.numpy()
    return gram
