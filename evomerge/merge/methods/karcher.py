"""The Karcher mean of the models' directions: as near as can be to all of them on the sphere.

2603.04972. The mean lies in the span of the models, so it is found by its coefficients.
"""

from __future__ import annotations

import math

import numpy as np

from evomerge.merge.methods.formula import Combination
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.spheres import Doubles, length


def karcher(inputs: Inputs, *, max_iter: float, tol: float) -> Combination:
    """The mean direction of the models, all of equal weight, times their mean norm.

    Models of a norm of `tol` or less have no direction, and count for the mean norm alone. Ends
    after `max_iter` steps, or when one would be shorter than `tol`, in radians.
    """
    if len(inputs.thetas) == 1:
        return Combination([1.0])
    norms = np.sqrt(np.diagonal(inputs.products))
    used = np.flatnonzero(norms > tol)
    made = np.zeros(len(norms))
    if len(used):
        sizes = norms[used]
        cosines = inputs.products[np.ix_(used, used)] / np.outer(sizes, sizes)
        made[used] = mean_direction(cosines, int(max_iter), tol) / sizes * norms.mean()
    return Combination([float(c) for c in made])


def mean_direction(cosines: Doubles, steps: int, tol: float) -> Doubles:
    """Coefficients of the Karcher mean of unit vectors, given their inner products."""
    count = len(cosines)
    mean = np.full(count, 1 / count)
    size = length(mean, cosines)
    mean = mean / size if size >= tol else np.eye(count)[0]
    for _ in range(steps):
        tangent = np.zeros(count)
        for unit, cosine in zip(np.eye(count), np.clip(cosines @ mean, -1, 1), strict=True):
            angle = math.acos(cosine)
            if angle >= tol and math.sin(angle) >= tol:
                tangent += angle / math.sin(angle) * (unit - cosine * mean) / count
        step = length(tangent, cosines)
        if step < tol:
            break
        mean = math.cos(step) * mean + math.sin(step) / step * tangent
        mean = mean / length(mean, cosines)
    return mean


KARCHER = Method(
    name="karcher",
    summary="mean direction on the sphere (Karcher mean), times the mean norm",
    paper="2603.04972",
    make=karcher,
    parameters={
        "max_iter": Parameter(10, low=1, high=1000),
        "tol": Parameter(1e-5, low=0.0, high=1.0),
    },
    base="unused",
    models=(1, None),
)
