"""Methods that add up deltas: task arithmetic, TIES, DARE.

They differ in how a delta is thinned out before, and in whether the deltas must agree on a sign.
Notation: b base, d = theta - b, w weight, v = w S(d) with S the thinning.

Steps in float32 are as many as torch has vectorized: truth values cost ten times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from evomerge.merge.masks import bernoulli
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.pair import Pair
from evomerge.merge.methods.sparsify import Mask, Thinning

TINY_NORM = 1e-7


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
    return _added(base, _mean(values, weight, normalize), lambda_)


def trim(
    pairs: Sequence[Pair], *, density: Sequence[float], rescale: bool, **others: Any
) -> dict[str, Any]:
    """How TIES thins out each delta: its largest elements stay (2306.01708)."""
    thin = [pair.cut(p) for pair, p in zip(pairs, density, strict=True)]
    return {**others, "thin": thin, "scale": _scales(pairs, thin, rescale)}


def drop(
    pairs: Sequence[Pair],
    *,
    density: Sequence[float],
    rescale: bool,
    keys: Sequence[int],
    **others: Any,
) -> dict[str, Any]:
    """How DARE thins out each delta: at random (2311.03099)."""
    thin = [
        Mask(bernoulli(key, pair.theta.numel(), p, pair.theta.device)) if p < 1 else None
        for pair, p, key in zip(pairs, density, keys, strict=True)
    ]
    return {**others, "thin": thin, "scale": _scales(pairs, thin, rescale)}


def consensus(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    normalize: bool,
    lambda_: float,
    thin: Sequence[Thinning],
    scale: Sequence[float],
    offset: int,
) -> torch.Tensor:
    """Elect a sign, and add up what agrees with it (TIES, 2306.01708, section 3.2).

    The sign is that of sum v, + where it is 0. D = sum m v with m = [sign v = s]; normalized,
    divided by sum w m (where that is not 0).
    """
    values = _thinned(thetas, base, weight, thin, scale, offset)
    positive = _sum(values).ge_(0)
    above, below = ([clamp(v, 0) for v in values] for clamp in (torch.clamp_min, torch.clamp_max))
    total = _elected(above, below, positive)
    if normalize:
        above, below = (
            [
                is_so(value, 0, out=torch.empty_like(value)).mul_(w)
                for value, w in zip(values, weight, strict=True)
            ]
            for is_so in (torch.gt, torch.lt)
        )
        divisor = _elected(above, below, positive)
        total.div_(divisor.masked_fill_(divisor == 0, 1.0))
    return _added(base, total, lambda_)


def weighted_sum(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    weight: Sequence[float],
    normalize: bool,
    lambda_: float,
    thin: Sequence[Thinning],
    scale: Sequence[float],
    offset: int,
) -> torch.Tensor:
    """B + lambda sum v (DARE's linear form, 2311.03099)."""
    values = _thinned(thetas, base, weight, thin, scale, offset)
    return _added(base, _mean(values, weight, normalize), lambda_)


def _thinned(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    weight: Sequence[float],
    thin: Sequence[Thinning],
    scale: Sequence[float],
    offset: int,
) -> list[torch.Tensor]:
    values = []
    for theta, w, thinning, factor in zip(thetas, weight, thin, scale, strict=True):
        value = theta - base
        if thinning is not None:
            value = thinning.apply(value, offset)
        if factor != 1:
            value.mul_(factor)
        values.append(value.mul_(w))
    return values


def _scales(pairs: Sequence[Pair], thin: Sequence[Thinning], rescale: bool) -> list[float]:
    """What gives each thinned delta the L1 norm it had before; 1 where that is next to nothing."""
    factors = []
    for pair, thinning in zip(pairs, thin, strict=True):
        factor = 1.0
        if rescale and thinning is not None:
            after = float(thinning.apply(pair.delta).abs_().sum(dtype=torch.float64))
            if min(pair.l1, after) >= TINY_NORM:
                factor = pair.l1 / after
        factors.append(factor)
    return factors


def _added(base: torch.Tensor, total: torch.Tensor, lambda_: float) -> torch.Tensor:
    """B + lambda D, in D's memory."""
    return (total if lambda_ == 1 else total.mul_(lambda_)).add_(base)


def _sum(values: Sequence[torch.Tensor]) -> torch.Tensor:
    total = values[0].clone() if len(values) == 1 else values[0] + values[1]
    for value in values[2:]:
        total += value
    return total


def _mean(values: Sequence[torch.Tensor], weight: Sequence[float], normalize: bool) -> torch.Tensor:
    """D = sum v; normalized, divided by sum w (where that is not 0)."""
    divisor = sum(weight)
    total = _sum(values)
    return total.div_(divisor) if normalize and abs(divisor) >= 1e-8 else total


def _elected(
    above: Sequence[torch.Tensor],
    below: Sequence[torch.Tensor],
    positive: torch.Tensor,
) -> torch.Tensor:
    """Sum `above` where the elected sign is positive (1.0) and `below` where it is not (0.0)."""
    chosen = _sum(above).mul_(positive)
    return chosen.add_(_sum(below).mul_(1 - positive))


_WEIGHT = {"weight": Parameter(1.0, per_model=True), "lambda": Parameter(1.0)}
_DENSITY = {**_WEIGHT, "density": Parameter(1.0, per_model=True, low=0.0)}

TASK_ARITHMETIC = Method(
    name="task_arithmetic",
    paper="2212.04089",
    kernel=task_arithmetic,
    parameters={**_WEIGHT, "normalize": Parameter(False)},
    base="required",
    models=(1, None),
    additive=True,
)
TIES = Method(
    name="ties",
    paper="2306.01708",
    kernel=consensus,
    survey=trim,
    parameters={**_DENSITY, "normalize": Parameter(True), "rescale": Parameter(False)},
    base="required",
    models=(1, None),
    additive=True,
)
DARE_TIES = Method(
    name="dare_ties",
    paper="2311.03099",
    kernel=consensus,
    survey=drop,
    parameters={**_DENSITY, "normalize": Parameter(False), "rescale": Parameter(True)},
    base="required",
    models=(1, None),
    additive=True,
    random=True,
)
DARE_LINEAR = Method(
    name="dare_linear",
    paper="2311.03099",
    kernel=weighted_sum,
    survey=drop,
    parameters={**_DENSITY, "normalize": Parameter(False), "rescale": Parameter(True)},
    base="required",
    models=(1, None),
    additive=True,
    random=True,
)
