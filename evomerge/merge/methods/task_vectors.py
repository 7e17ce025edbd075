"""Methods that add up deltas: task arithmetic, TIES, DARE.

They differ in how a delta is thinned out before, and in whether the deltas must agree on a sign.
Notation: b base, d = theta - b, w weight, v = w S(d) with S the thinning.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.sparsify import keep_largest, keep_random, rescale_to_l1


def task_arithmetic(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    normalize: bool,
    lambda_: float,
) -> torch.Tensor:
    """B + lambda sum w d (2212.04089)."""
    values = [(theta - base).mul_(w) for theta, w in zip(thetas, weight, strict=True)]
    return base + _sum(values, weight, normalize).mul_(lambda_)


def ties(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    density: Sequence[float],
    normalize: bool,
    rescale: bool,
    lambda_: float,
) -> torch.Tensor:
    """Trim, elect a sign, average what agrees with it (2306.01708)."""
    values = []
    for theta, w, p in zip(thetas, weight, density, strict=True):
        delta = theta - base
        thinned = keep_largest(delta, p)
        values.append((rescale_to_l1(thinned, delta) if rescale else thinned) * w)
    return base + _consensus(values, weight, normalize).mul_(lambda_)


def dare_ties(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    density: Sequence[float],
    normalize: bool,
    rescale: bool,
    lambda_: float,
    keys: Sequence[int],
) -> torch.Tensor:
    """Drop at random and rescale, then elect a sign and add what agrees with it (2311.03099)."""
    values = _dropped(thetas, base, weight, density, rescale, keys)
    return base + _consensus(values, weight, normalize).mul_(lambda_)


def dare_linear(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    density: Sequence[float],
    normalize: bool,
    rescale: bool,
    lambda_: float,
    keys: Sequence[int],
) -> torch.Tensor:
    """Drop at random and rescale, then add (2311.03099)."""
    values = _dropped(thetas, base, weight, density, rescale, keys)
    return base + _sum(values, weight, normalize).mul_(lambda_)


def _dropped(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    weight: Sequence[float],
    density: Sequence[float],
    rescale: bool,
    keys: Sequence[int],
) -> list[torch.Tensor]:
    values = []
    for theta, w, p, key in zip(thetas, weight, density, keys, strict=True):
        delta = theta - base
        thinned = keep_random(delta, p, key)
        values.append((rescale_to_l1(thinned, delta) if rescale else thinned) * w)
    return values


def _sum(values: Sequence[torch.Tensor], weight: Sequence[float], normalize: bool) -> torch.Tensor:
    """D = sum v; normalized, divided by sum w (where that is not 0)."""
    total = values[0].clone()
    for value in values[1:]:
        total += value
    divisor = sum(weight)
    return total.div_(divisor) if normalize and abs(divisor) >= 1e-8 else total


def _consensus(
    values: Sequence[torch.Tensor], weight: Sequence[float], normalize: bool
) -> torch.Tensor:
    """Keep of each v what has the elected sign: that of their sum, + where the sum is 0.

    D = sum m v with m = [sign v = s]; normalized, divided by sum w m (where that is not 0).
    """
    positive = _sum(values, weight, normalize=False) >= 0
    total = torch.zeros_like(values[0])
    divisor = torch.zeros_like(values[0])
    for value, w in zip(values, weight, strict=True):
        agrees = torch.where(positive, value > 0, value < 0)
        total += value * agrees
        if normalize:
            divisor += agrees * w
    if not normalize:
        return total
    return total.div_(divisor.masked_fill_(divisor == 0, 1.0))


_WEIGHT = {"weight": Parameter(1.0, per_model=True), "lambda": Parameter(1.0)}
_DENSITY = {**_WEIGHT, "density": Parameter(1.0, per_model=True, low=0.0)}

TASK_ARITHMETIC = Method(
    name="task_arithmetic",
    paper="2212.04089",
    kernel=task_arithmetic,
    parameters={**_WEIGHT, "normalize": Parameter(False)},
    base="required",
    models=(1, None),
)
TIES = Method(
    name="ties",
    paper="2306.01708",
    kernel=ties,
    parameters={**_DENSITY, "normalize": Parameter(True), "rescale": Parameter(False)},
    base="required",
    models=(1, None),
)
DARE_TIES = Method(
    name="dare_ties",
    paper="2311.03099",
    kernel=dare_ties,
    parameters={**_DENSITY, "normalize": Parameter(False), "rescale": Parameter(True)},
    base="required",
    models=(1, None),
    random=True,
)
DARE_LINEAR = Method(
    name="dare_linear",
    paper="2311.03099",
    kernel=dare_linear,
    parameters={**_DENSITY, "normalize": Parameter(False), "rescale": Parameter(True)},
    base="required",
    models=(1, None),
    random=True,
)
