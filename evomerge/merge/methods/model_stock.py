"""Between the models' average and the base, by the angle between the deltas (2403.19522)."""

from __future__ import annotations

import numpy as np

from evomerge.merge.methods.formula import Formula
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.lines import combined_by_row
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.spheres import Doubles, combined


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
    count = products.shape[-1]
    norms = np.sqrt(np.diagonal(products, axis1=-2, axis2=-1))
    sizes = np.maximum(norms[..., :, None] * norms[..., None, :], 1e-6)
    cosines = np.clip(products / sizes, -1, 1)[..., *np.triu_indices(count, 1)]
    c = cosines.mean(-1)
    divisor = 1 + (count - 1) * c
    flat = np.abs(divisor) < 1e-6
    return np.asarray(np.where(flat, 0.0, count * c / np.where(flat, 1.0, divisor)))


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
