"""A second model taken where it is near the base (mergekit's nearswap)."""

from __future__ import annotations

import torch

from evomerge.merge.methods.formula import Elementwise, Rows
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter


def nearswap(inputs: Inputs, *, t: float) -> Elementwise:
    """Make l theta + (1 - l) b with l = t / |b - theta|, between 0 and 1."""

    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        (theta,) = thetas
        assert base is not None
        share = (t / (base - theta).abs_().clamp_(min=1e-6)).clamp_(0, 1)
        return share * theta + (1 - share) * base

    return Elementwise(kernel)


NEARSWAP = Method(
    name="nearswap",
    summary="the model where it is near the base, interpolated beyond `t`",
    paper="mergekit",
    make=nearswap,
    parameters={"t": Parameter(0.001, low=0.0)},
    base="required",
    models=(1, 1),
    additive=True,
    alone={"t": 1e9},
)
