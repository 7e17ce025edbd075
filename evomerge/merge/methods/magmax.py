"""The delta of largest magnitude, element by element (MagMax, 2407.06322)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.formula import Elementwise, Rows
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter


def magmax(inputs: Inputs, *, weight: Sequence[float], lambda_: float) -> Elementwise:
    """Make b + lambda v with the v of largest magnitude among w_i d_i; of v and -v the positive.

    The paper has no weights. They are for the search, as in task arithmetic.
    """

    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        assert base is not None
        values = torch.stack([w * (theta - base) for w, theta in zip(weight, thetas, strict=True)])
        low, high = values.aminmax(dim=0)
        return base + lambda_ * torch.where(high >= -low, high, low)

    return Elementwise(kernel)


MAGMAX = Method(
    name="magmax",
    summary="base plus the delta that is largest there in magnitude, element by element",
    paper="2407.06322",
    make=magmax,
    parameters={"weight": Parameter(1.0, per_model=True), "lambda": Parameter(1.0)},
    base="required",
    models=(1, None),
    additive=True,
)
