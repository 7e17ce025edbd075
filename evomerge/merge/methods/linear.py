"""Weighted average of models (model soups, 2203.05482)."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.errors import TrialError
from evomerge.merge.methods.formula import Combination
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter


def linear(inputs: Inputs, *, weight: Sequence[float], normalize: bool) -> Combination:
    """Average: sum w theta / sum w; without `normalize`, sum w theta.

    Raises:
        TrialError: the weights to normalize by add up to 0.
    """
    total = sum(weight) if normalize else 1.0
    if abs(total) < 1e-8:
        raise TrialError(f"linear: the weights {[*weight]} add up to 0 and cannot be normalized")
    return Combination([w / total for w in weight])


LINEAR = Method(
    name="linear",
    summary="weighted average",
    paper="2203.05482",
    make=linear,
    parameters={"weight": Parameter(1.0, per_model=True), "normalize": Parameter(True)},
    base="unused",
    models=(1, None),
)
