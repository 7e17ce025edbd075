"""Deltas averaged where they are active (RAM and RAM+, 2601.13572)."""

from __future__ import annotations

import torch

from evomerge.merge.methods.formula import Elementwise, Rows
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter


def ram(inputs: Inputs, *, epsilon: float) -> Elementwise:
    """Add to b the average of the deltas that are active: |d| > epsilon."""
    return _average(epsilon, [1.0] * len(inputs.thetas))


def ramplus_tl(inputs: Inputs, *, r: float, alpha: float, epsilon: float) -> Elementwise:
    """The same, and where one delta alone is active it is multiplied.

    By 1 + r min(shared / unique, alpha): how many of the model's active elements are active in
    others too, to how many are active in it alone; in each tensor anew.
    """
    shared, unique = _overlaps(inputs, epsilon)
    factors = [1 + r * min(s / u, alpha) if u else 1.0 for s, u in zip(shared, unique, strict=True)]
    return _average(epsilon, factors)


def _average(epsilon: float, factors: list[float]) -> Elementwise:
    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        assert base is not None
        total, count, factor = (torch.zeros_like(base) for _ in range(3))
        for theta, multiplied in zip(thetas, factors, strict=True):
            delta = theta - base
            active = _active(delta, epsilon)
            total += delta * active
            count += active
            factor += active * multiplied
        total *= torch.where(count == 1, factor, 1.0)
        return total / count.clamp_(min=1) + base

    return Elementwise(kernel)


def _overlaps(inputs: Inputs, epsilon: float) -> tuple[list[int], list[int]]:
    """How many of each model's active elements are active in others too, and how many are not."""
    shared, unique = [0] * len(inputs.thetas), [0] * len(inputs.thetas)
    for part in inputs.parts():
        thetas, base = inputs.rows(*part)
        assert base is not None
        active = [_active(theta - base, epsilon) for theta in thetas]
        several = torch.stack(active).sum(0) > 1
        for i, one in enumerate(active):
            both = int((one & several).sum())
            shared[i] += both
            unique[i] += int(one.sum()) - both
    return shared, unique


def _active(delta: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Where a delta is large, or NaN."""
    return ~(delta.abs() <= epsilon)


EPSILON = Parameter(1e-5, low=0.0)

RAM = Method(
    name="ram",
    summary="the mean of the deltas that are active (`epsilon`)",
    paper="2601.13572",
    make=ram,
    parameters={"epsilon": EPSILON},
    base="required",
    models=(1, None),
    additive=True,
    alone={"epsilon": 0.0},
)
RAMPLUS_TL = Method(
    name="ramplus_tl",
    summary="ram, with what is active in one model alone enlarged",
    paper="2601.13572",
    make=ramplus_tl,
    parameters={"r": Parameter(0.1), "alpha": Parameter(0.2, low=0.0), "epsilon": EPSILON},
    base="required",
    models=(1, None),
    additive=True,
)
