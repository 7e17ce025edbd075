"""WUDI-merging: the delta that interferes least with each task (2503.08099)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.deltas import Deltas, inverse


def wudi(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    lambda_: float,
) -> torch.Tensor:
    """B + lambda D with D = argmin sum_i w_i |(D - d_i) d_i'|^2 / |d_i|^2.

    The paper takes 300 steps of Adam from sum d_i towards it. The loss is quadratic and its
    gradient vanishes where D sum c_i d_i' d_i = sum c_i d_i d_i' d_i with c_i = w_i / |d_i|^2, so
    we solve that: the minimum itself, the same everywhere, with no step size. Where it is not
    unique, D is the smallest, which is where gradient descent from sum d_i ends: its rows stay in
    the span of the deltas'.
    """
    deltas = Deltas(thetas, base, tall=False)
    squares = deltas.squares()
    norms = squares.diagonal(dim1=1, dim2=2).sum(1)
    shares = torch.tensor(weight, dtype=norms.dtype, device=norms.device) / norms
    squares *= torch.where(norms > 0, shares, 0.0)[:, None, None]
    return deltas.mixed(squares @ inverse(squares.sum(0)), lambda_)
