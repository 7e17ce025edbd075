"""WUDI-merging: the delta that interferes least with each task (2503.08099)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.deltas import Deltas, averaged, inverse, is_matrix
from evomerge.merge.methods.formula import Formula
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter


def wudi(
    inputs: Inputs,
    *,
    weight: Sequence[float],
    ridge: float,
    lambda_: float,
    table: bool = False,
) -> Formula:
    """Make b + lambda D, D = argmin sum w_i |(D - d_i) d_i'|^2 / |d_i|^2 + mu |D - sum w_i d_i|^2.

    The paper takes 300 steps of Adam from the deltas' sum towards the minimum of the first term.
    That is quadratic, so we solve for it: the same everywhere, and no step size. As stopping early
    does, mu keeps D near the sum where hardly any input of a task would tell: the gradient vanishes
    where D (sum c_i G_i + mu) = sum d_i (c_i G_i + w_i mu), with G_i = d_i' d_i and c_i = w_i /
    |d_i|^2. At mu = 0 it is the minimum itself, the smallest one where there are several. What is
    no matrix is averaged.

    Args:
        weight: how much interference with each model counts, 0 or more; only proportions matter.
        ridge: mu, as a share of the mean eigenvalue of sum c_i G_i.
    """
    mean = sum(weight) / len(weight)
    weight = [w / mean if mean else 0.0 for w in weight]
    if not is_matrix(inputs.shape, table):
        return averaged(inputs, weight, lambda_)
    deltas = Deltas(inputs, tall=False)
    squares = deltas.squares()
    norms = squares.diagonal(dim1=1, dim2=2).sum(1)
    weights = torch.tensor(weight, dtype=norms.dtype, device=norms.device)
    squares *= torch.where(norms > 0, weights / norms, 0.0)[:, None, None]
    total = squares.sum(0)
    anchor = torch.eye(len(total), dtype=total.dtype, device=total.device)
    anchor *= ridge * total.trace() / len(total)
    squares += weights[:, None, None] * anchor
    return deltas.mixed(squares @ inverse(total + anchor), lambda_)


WUDI = Method(
    name="wudi",
    summary="the delta that interferes least with the models', by a linear solve",
    paper="2503.08099",
    make=wudi,
    parameters={
        "weight": Parameter(1.0, per_model=True, low=0.0),
        "ridge": Parameter(0.01, low=0.0),
        "lambda": Parameter(1.0),
    },
    base="required",
    models=(1, None),
    additive=True,
    tables=True,
)
