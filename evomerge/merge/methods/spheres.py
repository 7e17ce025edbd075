"""What the spherical methods share: vectors known by their inner products alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evomerge.merge.methods.formula import Combination, TaskVectors
from evomerge.merge.methods.inputs import Inputs

Doubles = npt.NDArray[np.float64]


def products_of(inputs: Inputs) -> Doubles:
    """Inner products of what is combined: the models, or with a base their deltas."""
    return inputs.products if inputs.base is None else inputs.delta_products


def combined(inputs: Inputs, coefficients: Sequence[float]) -> Combination | TaskVectors:
    """Add up c theta; or b + sum c d where there is a base."""
    count = len(coefficients)
    if inputs.base is None:
        return Combination(coefficients)
    return TaskVectors(coefficients, [1.0] * count, [None] * count)


def length(coefficients: Doubles, products: Doubles) -> float:
    """Norm of a combination of vectors with these inner products."""
    return math.sqrt(max(0.0, float(coefficients @ products @ coefficients)))
