"""Weighted average of models (model soups, 2203.05482)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.errors import TrialError
from evomerge.merge.methods.method import Method, Parameter


def linear(
    thetas: Sequence[torch.Tensor], *, weight: Sequence[float], normalize: bool
) -> torch.Tensor:
    """Sum w theta / sum w; without `normalize`, sum w theta.

    Raises:
        TrialError: the weights to normalize by add up to 0.
    """
    total = sum(weight) if normalize else 1.0
    if abs(total) < 1e-8:
        raise TrialError(f"linear: the weights {[*weight]} add up to 0 and cannot be normalized")
    out = thetas[0] * weight[0]
    for theta, w in zip(thetas[1:], weight[1:], strict=True):
        # Two roundings everywhere; one fused one would differ between machines and GPUs.
        out += theta * w
    return out.div_(total)


LINEAR = Method(
    name="linear",
    paper="2203.05482",
    kernel=linear,
    parameters={"weight": Parameter(1.0, per_model=True), "normalize": Parameter(True)},
    base="unused",
    models=(1, None),
)
