"""Spherical interpolation between two models, each tensor as one vector (Shoemake 1985)."""

from __future__ import annotations

import math

from evomerge.merge.methods.formula import Combination
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter

NEARLY_PARALLEL = 0.9995
EPSILON = 1e-8


def slerp(inputs: Inputs, *, t: float) -> Combination:
    """Make sin((1-t)O)/sin O b + sin(tO)/sin O theta, O the angle between the two.

    Nearly parallel ones are interpolated linearly.
    """
    (xx, xy), (_, yy) = inputs.products
    cosine = xy / ((math.sqrt(xx) + EPSILON) * (math.sqrt(yy) + EPSILON))
    if abs(cosine) > NEARLY_PARALLEL or not inputs.numel:
        return Combination([t], 1 - t)
    angle = math.acos(cosine)
    sine = math.sin(angle)
    return Combination([math.sin(t * angle) / sine], math.sin((1 - t) * angle) / sine)


SLERP = Method(
    name="slerp",
    summary="interpolation along the arc between base and model, each tensor as one vector",
    paper="Shoemake 1985",
    make=slerp,
    parameters={"t": Parameter(0.5)},
    base="required",
    models=(1, 1),
    alone={"t": 1.0},
)
