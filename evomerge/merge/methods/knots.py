"""KnOTS: LoRA deltas brought into one basis, and TIES in there (2410.19735)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from evomerge.merge.methods.deltas import Deltas, singular


def knots(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    density: Sequence[float],
    normalize: bool,
    lambda_: float,
) -> torch.Tensor:
    """B + lambda U S V' of one matrix, V merged of the V_i by TIES.

    U S [V_1' V_2' ...] are the deltas side by side, (out, models * in). Singular values that
    rounding to the parents' type can make are none: a LoRA delta has few directions, and in V'
    each would weigh as much as a real one. Where singular values are equal, V is not unique.
    """
    least = _rounding(thetas)
    if base.shape[0] > len(thetas) * base.shape[1]:
        deltas = Deltas(thetas, base, tall=False)
        gram = deltas.products().transpose(1, 2).flatten(0, 1).flatten(1)
        right = _signed(singular(gram, least)[1]).view(len(thetas), deltas.columns, -1)
        merged = _ties([v.T for v in right], weight, density, normalize)
        return deltas.mixed(right @ merged, lambda_)
    turned = Deltas([theta.T for theta in thetas], base.T, tall=False)
    values, left = singular(turned.squares().sum(0), least)
    left = _signed(left)
    parts = [left.T @ (theta.double() - base.double()) for theta in thetas]
    merged = _ties([part / values[:, None] for part in parts], weight, density, normalize)
    return (base.double() + (left * values) @ merged * lambda_).float()


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
    """Trim, elect signs, add up what agrees (2306.01708)."""
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
    """The max(1, int(density n)) largest, of equal ones those with the lowest index."""
    n = values.numel()
    count = max(1, int(density * n))
    if count >= n:
        return values
    order = values.flatten().abs().sort(descending=True, stable=True).indices
    kept = torch.zeros(n, dtype=torch.bool, device=values.device)
    kept[order[:count]] = True
    return values * kept.view_as(values)
