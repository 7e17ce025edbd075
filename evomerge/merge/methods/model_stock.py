"""Between the models' average and the base, by the angle between the deltas (2403.19522)."""

from __future__ import annotations

import numpy as np

from evomerge.merge.methods.formula import Formula
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.lines import combined_by_row
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.spheres import Doubles, combined

LEAST = 1e-6
"""What is divided by less is not divided by, as in mergekit."""


def model_stock(inputs: Inputs, *, filter_wise: bool) -> Formula:
    """Make t mean(theta) + (1 - t) b, with t = N c / (1 + (N - 1) c).

    C is the mean cosine of the angles between two deltas, as vectors; with `filter_wise`, between
    their rows.
    """
    count = len(inputs.thetas)
    if filter_wise:
        t = ratio(inputs.row_products)
        return combined_by_row(inputs, np.repeat(t[:, None] / count, count, axis=1))
    return combined(inputs, [float(ratio(inputs.delta_products)) / count] * count)


def ratio(products: Doubles) -> Doubles:
    """T of deltas with given inner products, shape (..., models, models)."""
    count, c = products.shape[-1], mean_cosine(products)
    divisor = 1 + (count - 1) * c
    flat = np.abs(divisor) < LEAST
    return np.asarray(np.where(flat, 0.0, count * c / np.where(flat, 1.0, divisor)))


def mean_cosine(products: Doubles) -> Doubles:
    """Mean cosine between two of several vectors, given their inner products."""
    norms = np.sqrt(np.diagonal(products, axis1=-2, axis2=-1))
    sizes = np.maximum(norms[..., :, None] * norms[..., None, :], LEAST)
    cosines = np.clip(products / sizes, -1, 1)[..., *np.triu_indices(products.shape[-1], 1)]
    return np.asarray(cosines.mean(-1))


MODEL_STOCK = Method(
    name="model_stock",
    summary="the models' mean, drawn to the base as their angles say; `filter_wise` by rows",
    paper="2403.19522",
    make=model_stock,
    parameters={"filter_wise": Parameter(False)},
    base="required",
    models=(2, None),
    additive=True,
)
