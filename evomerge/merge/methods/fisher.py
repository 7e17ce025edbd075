"""Fisher merging: each parameter averaged by how much each model depends on it (2111.09832)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.formula import Elementwise, Formula, Rows
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.linear import linear
from evomerge.merge.methods.lines import added
from evomerge.merge.methods.method import Method, Parameter


def fisher(
    inputs: Inputs, *, weight: Sequence[float], statistics: Sequence[torch.Tensor | None]
) -> Formula:
    """Average by information: sum w F theta / sum w F; the weighted mean where all w F are 0.

    Args:
        weight: 0 or more, and one of them more.
        statistics: F, each model's diagonal Fisher information in the tensor's shape, float32.
            None for what the model has no gradient of.
    """
    mean = linear(inputs, weight=weight, normalize=True)
    information = [f.view(-1) for f in statistics if f is not None]
    if len(information) < len(statistics):
        return mean

    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        part = slice(first * inputs.columns, first * inputs.columns + thetas[0].numel())
        parts = [f[part].view_as(thetas[0]) * w for f, w in zip(information, weight, strict=True)]
        total = added(parts)
        unknown = total == 0
        total.masked_fill_(unknown, 1.0)
        out = torch.zeros_like(total)
        for theta, share, c in zip(thetas, parts, mean.coefficients, strict=True):
            out += theta * (share / total).masked_fill_(unknown, c)
        return out

    return Elementwise(kernel)


FISHER = Method(
    name="fisher",
    summary="average weighed by each parameter's Fisher information",
    paper="2111.09832",
    make=fisher,
    parameters={"weight": Parameter(1.0, per_model=True, low=0.0)},
    base="unused",
    models=(1, None),
    statistic="information",
)
