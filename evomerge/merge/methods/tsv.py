"""TSV-Merge: task singular vectors, decorrelated (2412.00081)."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from evomerge.merge.methods.deltas import Deltas, averaged, inverse_root, is_matrix, singular
from evomerge.merge.methods.formula import Formula
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter


def tsv(inputs: Inputs, *, weight: Sequence[float], lambda_: float, table: bool = False) -> Formula:
    """Make b + lambda U_perp S V_perp' of one matrix.

    U, S and V hold the first r / T singular vectors and values of each of T deltas side by side,
    r being the smaller side; U_perp and V_perp are the nearest to U and V with orthonormal
    columns. What several models share a direction in is shared out among them: where columns
    depend on each other, U_perp is taken on their span alone. So equal models give that model
    (to the rank kept), and a single one is itself. What is no matrix is averaged.
    """
    if not is_matrix(inputs.shape, table) or min(inputs.shape) < len(weight):
        return averaged(inputs, weight, lambda_)
    deltas = Deltas(inputs)
    # Weights change singular values alone: the rest is the same for all candidates.
    left, values, owners, right = inputs.once("tsv", lambda: _decorrelated(deltas))
    weights = torch.tensor(weight, dtype=values.dtype, device=values.device)
    mixers = (left * (values * weights[owners])) @ right
    return deltas.mixed(mixers.view(len(deltas), deltas.columns, -1), lambda_)


def _decorrelated(deltas: Deltas) -> tuple[torch.Tensor, ...]:
    """U_perp as it is mixed of X_1, X_2, ...; S; the model that each value is of; V_perp'."""
    products = deltas.products()
    kept = deltas.columns // len(deltas)
    parts = [singular(products[i, i]) for i in range(len(deltas))]
    values = torch.cat([s[:kept] for s, _ in parts])
    counts = torch.tensor([len(s[:kept]) for s, _ in parts], device=values.device)
    owners = torch.arange(len(parts), device=values.device).repeat_interleave(counts)
    right = torch.cat([v[:, :kept] for _, v in parts], dim=1)
    left = _diagonal([v[:, :kept] / s[:kept] for s, v in parts])
    left, right = orthonormal(products, left, right)
    return left, values, owners, right


def orthonormal(
    products: torch.Tensor, left: torch.Tensor, right: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """U_perp, as it is mixed of X_1, X_2, ..., and V_perp'.

    Args:
        products: X_i' X_j, (models, models, columns, columns).
        left: U, as its columns are mixed of those of X_1, X_2, ...: (models * columns, rank).
        right: V, (columns, rank).
    """
    gram = products.transpose(1, 2).flatten(0, 1).flatten(1)
    return left @ inverse_root(left.T @ gram @ left), inverse_root(right.T @ right) @ right.T


def _diagonal(blocks: Sequence[torch.Tensor]) -> torch.Tensor:
    """The blocks one below and beside the other."""
    made: torch.Tensor = torch.block_diag(*blocks)  # type: ignore[no-untyped-call]
    return made


WEIGHT = {"weight": Parameter(1.0, per_model=True), "lambda": Parameter(1.0)}

TSV = Method(
    name="tsv",
    summary="singular vectors of each delta, as many as share the rank, made orthogonal",
    paper="2412.00081",
    make=tsv,
    parameters=WEIGHT,
    base="required",
    models=(1, None),
    additive=True,
    tables=True,
)
