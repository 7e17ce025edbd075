"""Spherical interpolation by two weights: of tensors, their rows or columns, or of deltas.

Shoemake 1985, with the conventions of mergekit's nuslerp.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evomerge.merge.methods.formula import Formula
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.lines import combined_by_column, combined_by_row
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.spheres import Doubles, combined, products_of

LEAST_NORM = 1e-7
COLINEAR = 1e-8
"""Sines of angles below which vectors are interpolated linearly."""


def nuslerp(
    inputs: Inputs, *, weight: Sequence[float], nuslerp_flatten: bool, nuslerp_row_wise: bool
) -> Formula:
    """Make sin((1-t)O)/sin O x_1 + sin(tO)/sin O x_2 with t = w_2 / (w_1 + w_2).

    Where w_1 + w_2 is 0, t is 0.5.

    X are the models, or with a base their deltas, which are then added to it. O is the angle
    between the tensors as vectors; without `nuslerp_flatten` that of each row, and with
    `nuslerp_row_wise` that of each vector along the first dimension.
    """
    total = sum(weight)
    t = weight[1] / total if abs(total) >= 1e-6 else 0.5
    if nuslerp_flatten or not inputs.numel:
        return combined(inputs, [float(c) for c in interpolated(products_of(inputs), t)])
    if nuslerp_row_wise and len(inputs.shape) > 1:
        return combined_by_column(inputs, interpolated(inputs.column_products, t))
    return combined_by_row(inputs, interpolated(inputs.row_products, t))


def interpolated(products: Doubles, t: float) -> Doubles:
    """Coefficients of two vectors with given inner products, shape (..., 2)."""
    norms = np.maximum(np.sqrt(np.diagonal(products, axis1=-2, axis2=-1)), LEAST_NORM)
    cosine = np.clip(products[..., 0, 1] / norms.prod(-1), -1, 1)
    angle = np.arccos(cosine)[..., None]
    shares, sine = np.array([1 - t, t]), np.sin(angle)
    near = np.abs(sine) < COLINEAR
    return np.asarray(np.where(near, shares, np.sin(shares * angle) / np.where(near, 1.0, sine)))


NUSLERP = Method(
    name="nuslerp",
    summary="slerp between two models by weight; on deltas with a base; by rows or columns",
    paper="Shoemake 1985",
    make=nuslerp,
    parameters={
        "weight": Parameter(1.0, per_model=True),
        "nuslerp_flatten": Parameter(True),
        "nuslerp_row_wise": Parameter(False),
    },
    base="optional",
    models=(2, 2),
)
