"""Select where the models differ, calculate their weights, erase minorities (SCE, 2408.07990)."""

from __future__ import annotations

from evomerge.merge.kernels.thinning import Thinning
from evomerge.merge.methods.formula import TaskVectors
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter

LEAST_SQUARE = 1e-6


def sce(inputs: Inputs, *, select_topk: float) -> TaskVectors:
    """Make b + sum w m d / sum w m, m = [sign d = sign sum d], w the model's share of the mean d^2.

    Where the models' mean d^2 add up to less than 1e-6 all weigh the same, as in mergekit. Of the
    places where the models differ, the share `select_topk` with the largest variance over the
    models is kept, of equal variances the lowest index; the others stay the base's.
    """
    count = len(inputs.thetas)
    thinnings: list[Thinning] = [None] * count
    if select_topk >= 1:
        squares = inputs.delta_products.diagonal()
    else:
        keep = int(inputs.variances.positive * select_topk)
        if keep == 0:
            return TaskVectors([0.0] * count, [1.0] * count, thinnings)
        marked, squares = inputs.variances.largest(keep)
        thinnings = [marked] * count
    total = squares.sum()
    small = total < LEAST_SQUARE * max(1, inputs.numel)
    return TaskVectors(
        [1 / count if small else float(square / total) for square in squares],
        [1.0] * count,
        thinnings,
        elect=True,
        plainly=True,
        least=1e-6,
    )


SCE = Method(
    name="sce",
    summary="the elements in which models vary most, weighted by each model's squares, elected",
    paper="2408.07990",
    make=sce,
    parameters={"select_topk": Parameter(1.0, low=0.0, high=1.0)},
    base="required",
    models=(1, None),
    additive=True,
)
