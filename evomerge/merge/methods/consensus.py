"""Consensus merging: what matters to one task alone is left out (TALL masks, 2405.07813)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.formula import Elementwise, Rows
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.lines import added
from evomerge.merge.methods.method import Method, Parameter


def consensus_ta(
    inputs: Inputs,
    *,
    weight: Sequence[float],
    threshold: Sequence[float],
    consensus: float,
    lambda_: float,
) -> Elementwise:
    """Make b + lambda m D with D = sum v, v = w (theta - b).

    An element matters to a task if |v| >= threshold |D - v|; m is 1 where it does to `consensus`
    tasks or more. A consensus of 0, or thresholds of 0, are task arithmetic.
    """

    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        assert base is not None
        deltas = [(theta - base).mul_(w) for theta, w in zip(thetas, weight, strict=True)]
        total = added(deltas)
        votes = torch.zeros_like(total)
        for delta, limit in zip(deltas, threshold, strict=True):
            votes += delta.abs() >= limit * (total - delta).abs()
        return base + lambda_ * total.mul_(votes >= consensus)

    return Elementwise(kernel)


CONSENSUS_TA = Method(
    name="consensus_ta",
    summary="task arithmetic where at least `consensus` models find an element important",
    paper="2405.07813",
    make=consensus_ta,
    parameters={
        "weight": Parameter(1.0, per_model=True),
        "threshold": Parameter(0.4, per_model=True, low=0.0),
        "consensus": Parameter(2.0, low=0.0),
        "lambda": Parameter(1.0),
    },
    base="required",
    models=(2, None),
    additive=True,
    alone=None,
)
