"""Formulas that add thinned deltas to the base, elected or not: a sum of task vectors.

The form is b + lambda sum(w f d mask elect(v)) / max(sum(w elect(v)), least), v being w f d mask or
f d mask; the mask, the election, the divisor, and all numbers may be missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.formulas.scalars import Number, applied, divided
from evomerge.formulas.tree import Applied, Tree
from evomerge.merge.formulas.evaluation import Evaluation
from evomerge.merge.formulas.products import WeightedDelta, weighted_delta
from evomerge.merge.formulas.terms import Factor, factors_of, terms_of
from evomerge.merge.formulas.thinned import BASE, thinnings_of
from evomerge.merge.kernels.thinning import Drawn, Thinning
from evomerge.merge.methods.formula import TaskVectors
from evomerge.merge.methods.task_vectors import rescaling

WHOLE = 2**32
"""How many values a draw has."""


def added(evaluation: Evaluation) -> TaskVectors | None:
    """The sum of task vectors that a formula comes to; None where it is none.

    Raises:
        TrialError: a mask cannot be had by these numbers.
    """
    terms = [*terms_of(evaluation.spelt.tree)]
    if len(terms) != 2 or (1.0, BASE) not in terms:
        return None
    sign, rest = terms[1] if terms[0] == (1.0, BASE) else terms[0]
    factors = [*factors_of(rest)]
    tensors = [f for f in factors if evaluation.spelt.sort(f.tree).tensor]
    cores = [f.tree for f in tensors if not f.divides]
    divisors = [f.tree for f in tensors if f.divides]
    match cores:
        case [Applied("sum" | "mean" as function, (inside,))]:
            product = weighted_delta(evaluation.spelt, inside)
        case _:
            return None
    if product is None or len(divisors) > 1:
        return None
    least = product.divides_by(divisors[0]) if divisors and product.election else None
    if divisors and least is None:
        return None
    numbers = [f for f in factors if f not in tensors]
    return _made(evaluation, product, (sign, numbers, function == "mean"), least)


def _made(
    evaluation: Evaluation,
    product: WeightedDelta,
    outside: tuple[float, Sequence[Factor], bool],
    least: Tree | None,
) -> TaskVectors | None:
    """The task vectors of a formula that has the form.

    Args:
        outside: the sign, the numbers that the sum is multiplied by, and whether it is a mean.
        least: what the sum of agreeing weights is at least.
    """
    sign, numbers, is_mean = outside
    count = evaluation.inputs.models
    weights = _times(evaluation, (1.0,) * count, product.weights)
    whole = _times(evaluation, 1.0, numbers)
    assert isinstance(weights, tuple)
    assert not isinstance(whole, tuple)
    if product.plainly and min(weights) < 0:
        return None
    lambda_ = whole * sign
    if is_mean and product.mask is None and product.election is None:
        weights, lambda_ = tuple(lambda_ * w / count for w in weights), 1.0
    elif is_mean:
        lambda_ /= count
    floor = None if least is None else evaluation.one(least)
    if floor is not None and floor < 0:
        return None
    thinnings = _thinnings(evaluation, product.mask)
    factors = _factors(evaluation, product, thinnings)
    elect, plainly = product.election is not None, product.plainly
    return TaskVectors(weights, factors, thinnings, lambda_, elect, plainly, floor)


def _times(evaluation: Evaluation, value: Number, factors: Sequence[Factor]) -> Number:
    for factor in factors:
        number = evaluation.number(factor.tree)
        value = applied("/" if factor.divides else "*", [value, number])
    return value


def _thinnings(evaluation: Evaluation, mask: Applied | None) -> list[Thinning]:
    count = evaluation.inputs.models
    if mask is None:
        return [None] * count
    if mask.function == "varied":
        return [evaluation.masks.varied(mask).thinning] * count
    given = mask.arguments if mask.function == "drawn" else mask.arguments[1:]
    numbers = [*map(evaluation.each, given)]
    return thinnings_of(mask.function, evaluation.inputs, numbers, evaluation.keys)


def _factors(
    evaluation: Evaluation, product: WeightedDelta, thinnings: Sequence[Thinning]
) -> list[float]:
    if product.rescaled:
        return rescaling(evaluation.inputs, thinnings, rescale=True)
    if not product.by_density:
        return [1.0] * len(thinnings)
    assert product.mask is not None
    each = zip(thinnings, evaluation.each(product.mask.arguments[0]), strict=True)
    return [
        WHOLE / max(1, thinning.threshold) if isinstance(thinning, Drawn) else divided(1.0, p)
        for thinning, p in each
    ]
