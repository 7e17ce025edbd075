"""Methods that add up deltas: task arithmetic, TIES, DARE.

They differ in how a delta is thinned out before, and in whether the deltas must agree on a sign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evomerge.merge.kernels.thinning import Drawn, Thinning
from evomerge.merge.methods.formula import TaskVectors
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import LEAST_TOTAL, Method, Parameter

TINY_NORM = 1e-7
"""L1 norm below which a delta is not rescaled, as in mergekit: there is next to nothing of it."""


def task_arithmetic(
    inputs: Inputs, *, weight: Sequence[float], normalize: bool, lambda_: float
) -> TaskVectors:
    """Make b + lambda sum w d (2212.04089)."""
    count = len(weight)
    return TaskVectors(weight, [1.0] * count, [None] * count, _mean(weight, normalize, lambda_))


def trim(inputs: Inputs, *, density: Sequence[float]) -> list[Thinning]:
    """The int(density n) largest elements stay (TIES, 2306.01708, section 3.1).

    Of equal magnitudes at the threshold those with the lowest index stay.
    """
    keep = [share(p, inputs.numel) for p in density]
    return [sizes.cut(k) for sizes, k in zip(inputs.magnitudes, keep, strict=True)]


def share(density: float, n: int) -> int:
    """How many of n elements int(density n) are: one at least, but where the density is 0."""
    return max(1, int(min(density, 1.0) * n)) if density > 0 else 0


def drop(inputs: Inputs, *, density: Sequence[float], keys: Sequence[int]) -> list[Thinning]:
    """Each element stays with probability `density` (DARE, 2311.03099, equation 1)."""
    return [
        Drawn(key, round(max(p, 0.0) * 2**32)) if p < 1 else None
        for p, key in zip(density, keys, strict=True)
    ]


def consensus(thin_out: Callable[..., list[Thinning]]) -> Callable[..., TaskVectors]:
    """Elect a sign, and add up what agrees with it (TIES, 2306.01708, section 3.2).

    D = sum m v with m = [sign v = s]; normalized, divided by sum w m (where that is not 0).
    """
    return _added(thin_out, elect=True)


def weighted_sum(thin_out: Callable[..., list[Thinning]]) -> Callable[..., TaskVectors]:
    """Make b + lambda sum v (DARE's linear form, 2311.03099)."""
    return _added(thin_out, elect=False)


def _added(thin_out: Callable[..., list[Thinning]], elect: bool) -> Callable[..., TaskVectors]:
    def make(
        inputs: Inputs,
        *,
        weight: Sequence[float],
        normalize: bool,
        rescale: bool,
        lambda_: float,
        rescale_by_density: bool = False,
        **how: Any,
    ) -> TaskVectors:
        thin = thin_out(inputs, **how)
        factors = rescaling(inputs, thin, rescale, rescale_by_density)
        if not elect:
            return TaskVectors(weight, factors, thin, _mean(weight, normalize, lambda_))
        least = 0.0 if normalize else None
        return TaskVectors(weight, factors, thin, lambda_, elect=True, least=least)

    return make


def rescaling(
    inputs: Inputs, thin: Sequence[Thinning], rescale: bool, by_density: bool = False
) -> list[float]:
    """What gives each thinned delta the L1 norm it had before; 1 where that is next to nothing.

    By density: what gives it that norm on average over all draws (DARE, equation 1).
    """
    factors = [1.0] * len(thin)
    for model, thinning in enumerate(thin):
        if not rescale or thinning is None:
            continue
        if by_density and isinstance(thinning, Drawn):
            factors[model] = 2**32 / max(1, thinning.threshold)
        else:
            before, after = inputs.sizes(model, thinning)
            factors[model] = before / after if min(before, after) >= TINY_NORM else 1.0
    return factors


def _mean(weight: Sequence[float], normalize: bool, lambda_: float) -> float:
    """Lambda; normalized, divided by sum w (where that is not 0)."""
    total = sum(weight)
    return lambda_ / total if normalize and abs(total) >= LEAST_TOTAL else lambda_


WEIGHT = {"weight": Parameter(1.0, per_model=True), "lambda": Parameter(1.0)}
DENSITY = {**WEIGHT, "density": Parameter(1.0, per_model=True, low=0.0)}
DROPPED = {
    **DENSITY,
    "normalize": Parameter(False),
    "rescale": Parameter(True),
    "rescale_by_density": Parameter(False),
}

TASK_ARITHMETIC = Method(
    name="task_arithmetic",
    summary="base plus weighted deltas",
    paper="2212.04089",
    make=task_arithmetic,
    parameters={**WEIGHT, "normalize": Parameter(False)},
    base="required",
    models=(1, None),
    additive=True,
)
TIES = Method(
    name="ties",
    summary="each delta's largest elements, those that agree with the elected sign, averaged",
    paper="2306.01708",
    make=consensus(trim),
    parameters={**DENSITY, "normalize": Parameter(True), "rescale": Parameter(False)},
    base="required",
    models=(1, None),
    additive=True,
)
DARE_TIES = Method(
    name="dare_ties",
    summary="deltas dropped at random and rescaled, then elected as in ties",
    paper="2311.03099",
    make=consensus(drop),
    parameters=DROPPED,
    base="required",
    models=(1, None),
    additive=True,
    random=True,
)
DARE_LINEAR = Method(
    name="dare_linear",
    summary="deltas dropped at random and rescaled, added",
    paper="2311.03099",
    make=weighted_sum(drop),
    parameters=DROPPED,
    base="required",
    models=(1, None),
    additive=True,
    random=True,
)
