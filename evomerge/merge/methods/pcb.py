"""PCB-merging: parameters compete within and between tasks (2410.02396)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.formula import Whole
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.magnitudes import Magnitudes
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.task_vectors import share


def pcb(inputs: Inputs, *, weight: Sequence[float], density: float, lambda_: float) -> Whole:
    """Make b + lambda sum_i beta_i w_i d_i / sum_i beta_i.

    Beta_i = softmax(T norm(d_i d_i)) sum_j softmax(norm(d_i d_j)) element by element over T
    models, of which the share `density` of largest values stays (of equals those with the lowest
    index) and the rest is 0. The softmax is over the tensor, where the paper takes the whole
    model; norm moves values onto [0, 1]. Where no beta stays, the base's value does.
    """
    assert inputs.base is not None
    base = inputs.base.float()
    deltas = [delta.view(-1) for delta in inputs.deltas]
    numerator, denominator = torch.zeros_like(base).view(-1), torch.zeros_like(base).view(-1)
    for delta, w in zip(deltas, weight, strict=True):
        score = _softmax(delta * delta, len(deltas))
        shared = torch.zeros_like(score)
        for other in deltas:
            shared += _softmax(delta * other, 1)
        score *= shared
        score *= _largest(score, density)
        denominator += score
        numerator += score * w * delta
    denominator.masked_fill_(denominator == 0, 1.0)
    return Whole(base + lambda_ * (numerator / denominator).view_as(base))


def _softmax(values: torch.Tensor, sharpness: int) -> torch.Tensor:
    """Of values moved onto [0, sharpness]; times their number, since only proportions matter.

    All equal ones are 0 before.
    """
    if not values.numel():
        return values
    low, high = values.aminmax()
    spread = float(high - low)
    powers = (values - low).mul_(sharpness / spread if spread > 0 else 0.0).exp_()
    return powers.div_(powers.mean(dtype=torch.float64).float())


def _largest(score: torch.Tensor, density: float) -> torch.Tensor:
    """Whether each is one of the int(density n) largest."""
    cut = Magnitudes(score, torch.zeros_like(score)).cut(share(density, score.numel()))
    if cut is None:
        return torch.ones_like(score, dtype=torch.bool)
    tied = score == cut.limit
    return (score > cut.limit) | (tied & (tied.cumsum(0) <= cut.quota))


PCB = Method(
    name="pcb",
    summary="elements weighed by how they compete within a model and between models",
    paper="2410.02396",
    make=pcb,
    parameters={
        "weight": Parameter(1.0, per_model=True),
        "density": Parameter(0.2, low=0.0, high=1.0),
        "lambda": Parameter(1.0),
    },
    base="required",
    models=(1, None),
    additive=True,
    alone=None,
)
