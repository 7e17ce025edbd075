"""RegMean: the linear layer that answers most like each model's own (2212.09849)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.deltas import Deltas, inverse


def regmean(
    thetas: Sequence[torch.Tensor],
    grams: Sequence[torch.Tensor],
    *,
    weight: Sequence[float],
    shrink: float,
) -> torch.Tensor:
    """(sum w_i W_i G_i) (sum w_i G_i)^-1.

    It minimises sum_i w_i |(W - W_i) x|^2 over the inputs x of model i. In directions that no
    input has, it is the weighted mean.

    Args:
        thetas: the layer's weights W_i, (out, in).
        grams: sum x x' over its inputs in each model, (in, in), in float64: with fewer inputs than
            features, a rounding of float32 would count as an input.
        shrink: alpha, by which what is off the diagonal is multiplied.
    """
    deltas = Deltas(thetas, tall=False)
    shares = torch.tensor(weight, dtype=torch.float64, device=thetas[0].device)
    stacked = torch.stack([gram.double() for gram in grams]) * shares[:, None, None]
    diagonal = torch.diag_embed(stacked.diagonal(dim1=1, dim2=2))
    stacked = shrink * stacked + (1 - shrink) * diagonal
    total = stacked.sum(0)
    inverted = inverse(total)
    unseen = torch.eye(len(total), dtype=total.dtype, device=total.device) - total @ inverted
    return deltas.mixed(stacked @ inverted + (shares / shares.sum())[:, None, None] * unseen)
