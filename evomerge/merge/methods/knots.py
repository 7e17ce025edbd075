"""KnOTS: LoRA deltas brought into one basis, and TIES in there (2410.19735)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import torch

from evomerge.merge.methods.deltas import TOLERANCE, Deltas, is_matrix, singular
from evomerge.merge.methods.formula import Formula, Whole
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.task_vectors import DENSITY, TIES, share


def knots(
    inputs: Inputs,
    *,
    weight: Sequence[float],
    density: Sequence[float],
    normalize: bool,
    lambda_: float,
) -> Formula:
    """Make b + lambda U S V' of one matrix, V merged of the V_i by TIES.

    U S [V_1' V_2' ...] are the deltas side by side, (out, models * in). Singular values that
    rounding to the parents' type can make are none: a LoRA delta has few directions, and in V'
    each would weigh as much as a real one. Where singular values are equal, V is not unique.
    What is no matrix is merged by TIES as it is.
    """
    if not is_matrix(inputs.shape):
        plain = {"normalize": normalize, "rescale": False, "lambda_": lambda_}
        return TIES.make(inputs, weight=weight, density=density, **plain)
    assert inputs.base is not None
    least, (rows, columns) = _rounding(inputs.thetas), inputs.shape
    merge = partial(_ties, weight=weight, density=density, normalize=normalize)
    if rows > len(weight) * columns:
        deltas = Deltas(inputs, tall=False)
        gram = deltas.products().transpose(1, 2).flatten(0, 1).flatten(1)
        right = _signed(singular(gram, least)[1]).view(len(weight), columns, -1)
        return deltas.mixed(right @ merge([v.T for v in right]), lambda_)
    square = inputs.base.new_zeros((rows, rows), dtype=torch.float64)
    for delta in inputs.deltas:
        square += delta.double() @ delta.double().T
    values, left = singular(square, least)
    left = _signed(left)
    onto = left.T / values[:, None]
    total = (left * values) @ merge([onto @ delta.double() for delta in inputs.deltas])
    return Whole((inputs.base.double() + total * lambda_).float())


def _rounding(thetas: Sequence[torch.Tensor]) -> float:
    """The largest singular value of what rounding adds to the deltas side by side.

    Its elements have a standard deviation of a unit in the last place / sqrt 12, and a random
    (m, n) one of sqrt m + sqrt n times that (Bai and Yin 1993).
    """
    rows, columns = thetas[0].shape
    sides = math.sqrt(rows) + math.sqrt(len(thetas) * columns)
    size = max(float(t.norm(dtype=torch.float32)) * torch.finfo(t.dtype).eps for t in thetas)
    return size / math.sqrt(12 * rows * columns) * sides


def _signed(vectors: torch.Tensor) -> torch.Tensor:
    """Columns turned so that the component of largest size is positive."""
    largest = vectors.abs().argmax(0, keepdim=True) if len(vectors.T) else None
    return vectors if largest is None else vectors * vectors.gather(0, largest).sign()


def _ties(
    values: Sequence[torch.Tensor],
    weight: Sequence[float],
    density: Sequence[float],
    normalize: bool,
) -> torch.Tensor:
    """Trim, elect signs, add up what agrees (2306.01708); what rounding makes of 0 has no sign."""
    largest = max((float(v.abs().max()) for v in values if v.numel()), default=0.0)
    values = [torch.nn.functional.hardshrink(v, TOLERANCE * largest) for v in values]
    trimmed = torch.stack(
        [_trimmed(v, p) * w for v, p, w in zip(values, density, weight, strict=True)]
    )
    sign = torch.where(trimmed.sum(0) >= 0, 1.0, -1.0)
    agrees = trimmed.sign() == sign
    total = (trimmed * agrees).sum(0)
    if normalize:
        shares = torch.tensor(weight, dtype=total.dtype, device=total.device)
        divisor = (agrees * shares[:, None, None]).sum(0)
        total /= divisor.masked_fill_(divisor == 0, 1.0)
    return total


def _trimmed(values: torch.Tensor, density: float) -> torch.Tensor:
    """The int(density n) largest, of equal ones those with the lowest index."""
    n = values.numel()
    count = share(density, n)
    if count >= n:
        return values
    order = values.flatten().abs().sort(descending=True, stable=True).indices
    kept = torch.zeros(n, dtype=torch.bool, device=values.device)
    kept[order[:count]] = True
    return values * kept.view_as(values)


KNOTS = Method(
    name="knots",
    summary="ties in the basis that all deltas share: for LoRA parents",
    paper="2410.19735",
    make=knots,
    parameters={**DENSITY, "normalize": Parameter(True)},
    base="required",
    models=(1, None),
    additive=True,
)
