"""Masks of the language as the thinnings that our methods have."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.errors import TrialError
from evomerge.formulas.tree import Symbol
from evomerge.merge.kernels.thinning import NOTHING, Thinning
from evomerge.merge.methods.breadcrumbs import sift
from evomerge.merge.methods.della import magprune
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.task_vectors import drop, trim
from evomerge.merge.methods.variances import Doubles

BASE, THETA, DELTA = Symbol("b"), Symbol("theta"), Symbol("d")
MASKS = ("keep", "sift", "prune", "drawn")
"""Masks that a model has by itself."""
_MAKERS: Mapping[str, tuple[Callable[..., list[Thinning]], tuple[str, ...]]] = {
    "keep": (trim, ("density",)),
    "sift": (sift, ("density", "gamma")),
    "prune": (magprune, ("density", "epsilon", "keys")),
    "drawn": (drop, ("density", "keys")),
}


def thinnings_of(
    function: str, inputs: Inputs, numbers: Sequence[Sequence[float]], keys: Sequence[int]
) -> list[Thinning]:
    """How the deltas of all models are thinned out.

    Args:
        numbers: the mask's, each for all models; shares below 0 and above 1 are 0 and 1.

    Raises:
        TrialError: the mask cannot be had by these numbers.
    """
    make, names = _MAKERS[function]
    shares = [[_share(function, value) for value in each] for each in numbers]
    given: dict[str, Any] = dict(zip(names, [*shares, keys], strict=False))
    return make(inputs, **given)


def _share(function: str, value: float) -> float:
    if math.isnan(value):
        raise TrialError(f"{function}: a share is not a number")
    return min(max(value, 0.0), 1.0)


@dataclass(frozen=True)
class Varied:
    """The places at which models differ most."""

    thinning: Thinning
    squares: Doubles
    """Each model's sum of d^2 there."""


def varied(inputs: Inputs, share: float) -> Varied:
    """The share of largest variance, of the places where the models' deltas differ.

    Raises:
        TrialError: the share is not a number.
    """
    share = _share("varied", share)
    if share == 1:
        return Varied(None, inputs.delta_products.diagonal())
    keep = int(inputs.variances.positive * share)
    if keep == 0:
        return Varied(NOTHING, inputs.delta_products.diagonal() * 0)
    return Varied(*inputs.variances.largest(keep))
