"""Isotropic merging: all directions count alike (2502.04959)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.deltas import TOLERANCE, Deltas, averaged, is_matrix, singular
from evomerge.merge.methods.formula import Formula
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.tsv import WEIGHT, orthonormal


def iso_c(
    inputs: Inputs, *, weight: Sequence[float], lambda_: float, table: bool = False
) -> Formula:
    """Make b + lambda m U V', U S V' being the deltas' sum and m the mean of S (Iso-C).

    The spectrum is flat over the sum's rank, and its total is kept. What is no matrix is averaged.
    """
    if not is_matrix(inputs.shape, table):
        return averaged(inputs, weight, lambda_)
    deltas = Deltas(inputs, weight)
    values, right = singular(deltas.products().sum((0, 1)))
    mixer = (right / values) @ right.T * values.mean().nan_to_num()
    return deltas.mixed(mixer.expand(len(deltas), -1, -1), lambda_)


def iso_cts(
    inputs: Inputs, *, weight: Sequence[float], common: float, lambda_: float, table: bool = False
) -> Formula:
    """Isotropic merging in common and task-specific subspaces (Iso-CTS).

    The common directions are the first of the deltas' sum; those of each task the first of what
    its delta has outside the span of the common left ones. All together they are made orthonormal
    and count alike.

    Args:
        common: share of the smaller side that is common; the rest is shared out equally among the
            tasks, and what cannot be is common too.
    """
    if not is_matrix(inputs.shape, table):
        return averaged(inputs, weight, lambda_)
    deltas = Deltas(inputs, weight)
    products = deltas.products()
    own = round((deltas.columns - int(common * deltas.columns)) / len(deltas))
    own = min(own, deltas.columns // len(deltas))
    values, right = singular(products.sum((0, 1)))
    shared = deltas.columns - own * len(deltas)
    values, right = values[:shared], right[:, :shared]
    # The common left vectors are the sum of all X_i times this.
    onto = (right / values).expand(len(deltas), -1, -1).flatten(0, 1)
    outside = _outside_rows if deltas.turned else _outside_columns
    specific = [outside(products, i, onto, right, own) for i in range(len(deltas))]
    values = torch.cat([values, *(s for s, _, _ in specific)])
    left = torch.cat([onto, *(u for _, u, _ in specific)], dim=1)
    right = torch.cat([right, *(v for _, _, v in specific)], dim=1)
    left, right = orthonormal(products, left, right)
    mixers = (left @ right * values.mean().nan_to_num()).view(len(deltas), deltas.columns, -1)
    return deltas.mixed(mixers, lambda_)


Factors = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""S; U as it is mixed of X_1, X_2, ...; V."""


def _outside_columns(
    products: torch.Tensor, i: int, onto: torch.Tensor, right: torch.Tensor, rank: int
) -> Factors:
    """Of (1 - C C') X_i, C being the common left vectors."""
    across = onto.T @ products[:, i].flatten(0, 1)
    values, own = singular(products[i, i] - across.T @ across, _nothing(products[i, i]))
    values, own = values[:rank], own[:, :rank]
    left = -onto @ (across @ own / values)
    columns = len(right)
    left[i * columns : (i + 1) * columns] += own / values
    return values, left, own


def _outside_rows(
    products: torch.Tensor, i: int, onto: torch.Tensor, right: torch.Tensor, rank: int
) -> Factors:
    """Of X_i (1 - C C'), C being the common right vectors: those on the left, before turning."""
    columns = len(right)
    outside = torch.eye(columns, dtype=right.dtype, device=right.device) - right @ right.T
    values, own = singular(outside @ products[i, i] @ outside, _nothing(products[i, i]))
    values, own = values[:rank], own[:, :rank]
    left = onto.new_zeros((len(onto), len(values)))
    left[i * columns : (i + 1) * columns] = own / values
    return values, left, own


def _nothing(square: torch.Tensor) -> torch.Tensor:
    """Up to which length rounding alone leaves of X_i where all of it was taken away."""
    return TOLERANCE * square.trace().sqrt()


ISO_C = Method(
    name="iso_c",
    summary="the sum of deltas with all singular values alike",
    paper="2502.04959",
    make=iso_c,
    parameters=WEIGHT,
    base="required",
    models=(1, None),
    additive=True,
    tables=True,
    alone=None,
)
ISO_CTS = Method(
    name="iso_cts",
    summary="iso_c with a share of the directions taken from the single models",
    paper="2502.04959",
    make=iso_cts,
    parameters={**WEIGHT, "common": Parameter(0.8, low=0.0, high=1.0)},
    base="required",
    models=(1, None),
    additive=True,
    tables=True,
    alone=None,
)
