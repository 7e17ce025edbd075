"""RegMean: the linear layer that answers most like each model's own (2212.09849)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.deltas import Deltas, inverse
from evomerge.merge.methods.formula import Formula
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.linear import linear
from evomerge.merge.methods.method import Method, Parameter


def regmean(
    inputs: Inputs,
    *,
    weight: Sequence[float],
    shrink: float,
    statistics: Sequence[torch.Tensor | None],
) -> Formula:
    """(sum w_i W_i G_i) (sum w_i G_i)^-1.

    It minimises sum_i w_i |(W - W_i) x|^2 over the inputs x of model i. In directions that no
    input has, it is the weighted mean, as is what no linear layer holds.

    Args:
        inputs: the layer's weights W_i, (out, in).
        weight: 0 or more, and one of them more.
        shrink: alpha, by which what is off the diagonal is multiplied.
        statistics: G_i = sum x x' over the layer's inputs in each model, (in, in), in float64:
            with fewer inputs than features, a rounding of float32 would count as an input. None
            for what is no linear layer.
    """
    mean = linear(inputs, weight=weight, normalize=True)
    grams = [gram for gram in statistics if gram is not None]
    if len(grams) < len(statistics):
        return mean
    deltas = Deltas(inputs, tall=False)
    shares = torch.tensor(weight, dtype=torch.float64, device=grams[0].device)
    stacked = torch.stack(grams) * shares[:, None, None]
    diagonal = torch.diag_embed(stacked.diagonal(dim1=1, dim2=2))
    stacked = shrink * stacked + (1 - shrink) * diagonal
    total = stacked.sum(0)
    inverted = inverse(total)
    unseen = torch.eye(len(total), dtype=total.dtype, device=total.device) - total @ inverted
    return deltas.mixed(stacked @ inverted + (shares / shares.sum())[:, None, None] * unseen)


REGMEAN = Method(
    name="regmean",
    summary="the weights whose outputs are nearest the models' on the texts",
    paper="2212.09849",
    make=regmean,
    parameters={
        "weight": Parameter(1.0, per_model=True, low=0.0),
        "shrink": Parameter(0.9, low=0.0, high=1.0),
    },
    base="unused",
    models=(1, None),
    statistic="grams",
)
