"""Spherical interpolation of many models, on the tangent space of their mean direction.

After the spherical averages of Buss and Fillmore 2001; one step of them, as in mergekit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evomerge.errors import TrialError
from evomerge.merge.methods.formula import Formula
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.spheres import combined, length, products_of


def multislerp(
    inputs: Inputs, *, weight: Sequence[float], normalize_weights: bool, eps: float
) -> Formula:
    """Make (m cos|T| + T sin|T| / |T|) sum w |x|, T the mean of the directions' tangents at m.

    With u = x / (|x| + eps): m = unit(sum w u), T = sum w (u - <u, m> m). X are the models, or
    with a base their deltas, which are then added to it.

    Raises:
        TrialError: the weights to normalize by add up to 0.
    """
    total = sum(weight) if normalize_weights else 1.0
    if abs(total) < 1e-8:
        raise TrialError(
            f"multislerp: the weights {[*weight]} add up to 0 and cannot be normalized"
        )
    w, products = np.array(weight) / total, products_of(inputs)
    norms = np.sqrt(np.diagonal(products))
    units = w / (norms + eps)  # sum w u, by its coefficients; so are m and T
    mean = units / (length(units, products) + eps)
    tangent = units - units @ products @ mean * mean
    angle = length(tangent, products)
    sine = math.sin(angle) / angle if angle > 0 else 1.0
    made = (mean * math.cos(angle) + tangent * sine) * (w @ norms)
    return combined(inputs, [float(c) for c in made])


MULTISLERP = Method(
    name="multislerp",
    summary="weighted mean of directions around their mean, times the mean norm; on deltas "
    "with a base",
    paper="Buss and Fillmore 2001",
    make=multislerp,
    parameters={
        "weight": Parameter(1.0, per_model=True),
        "normalize_weights": Parameter(True),
        "eps": Parameter(1e-8, low=0.0),
    },
    base="optional",
    models=(1, None),
)
