"""A model's most important differences added to the base (mergekit's arcee_fusion)."""

from __future__ import annotations

import numpy as np
import torch

from evomerge.merge.methods.formula import Elementwise, Rows
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method

SAMPLE = 1_000_000
"""Elements that quantiles are taken of, at most."""
SOFTENED = 1e-8


def arcee_fusion(inputs: Inputs) -> Elementwise:
    """Add d to b where the importance |d| KL(softmax theta, softmax b) is median + 1.5 IQR or more.

    Softmax and divergence (Kullback and Leibler's) are those of a row. The quantile q of n values
    is the one of rank int(q (n - 1)); more than a million are sampled evenly.
    """
    divergences = _divergences(inputs)
    least = _threshold(inputs, divergences)

    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        (theta,) = thetas
        assert base is not None
        delta = theta - base
        importance = delta.abs() * divergences[first : first + len(delta), None]
        return delta * ~(importance < least) + base

    return Elementwise(kernel)


def _divergences(inputs: Inputs) -> torch.Tensor:
    """KL(softmax theta, softmax b) of each row.

    Of rows that are nearly the same it is mostly float32's rounding, which decides what is kept in
    mergekit; so it is computed as there, and not more exactly.
    """
    every = []
    for part in inputs.parts():
        (theta,), base = inputs.rows(*part)
        assert base is not None
        p = theta.softmax(-1) + SOFTENED
        q = base.softmax(-1) + SOFTENED
        every.append((p * (p / q).log_()).sum(-1))
    return torch.cat(every) if every else torch.zeros(0)


def _threshold(inputs: Inputs, divergences: torch.Tensor) -> float:
    base = inputs.base
    assert base is not None
    n = inputs.numel
    if n == 0:
        return 0.0
    at = torch.arange(0, n, -(-n // SAMPLE), device=base.device)
    delta = inputs.thetas[0].view(-1)[at].float() - base.view(-1)[at].float()
    importance = (delta.abs() * divergences[at // inputs.columns]).cpu().numpy()
    ranks = [int(q * (len(importance) - 1)) for q in (0.25, 0.5, 0.75)]
    low, middle, high = (float(x) for x in np.partition(importance, ranks)[ranks])
    return middle + 1.5 * (high - low)


ARCEE_FUSION = Method(
    name="arcee_fusion",
    summary="elements of the delta that matter by magnitude and divergence",
    paper="mergekit",
    make=arcee_fusion,
    parameters={},
    base="required",
    models=(1, 1),
    additive=True,
    alone=None,
)
