"""Task arithmetic whose directions are stretched by chance (CycleQD's mutation, 2410.14735)."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.merge.methods.crossover import normal
from evomerge.merge.methods.deltas import Deltas, is_matrix, singular
from evomerge.merge.methods.formula import Formula, TaskVectors
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.task_vectors import WEIGHT


def svd_mutation(
    inputs: Inputs,
    *,
    weight: Sequence[float],
    mutation: float,
    lambda_: float,
    keys: Sequence[int],
    table: bool = False,
) -> Formula:
    """Make b + lambda U S (1 + mutation E) V', U S V' being the sum of w d.

    E is diagonal, of counted normal numbers. So a child varies where its parents do, and in nothing
    that neither of them has learnt. What is no matrix is added up as it is.

    Args:
        mutation: standard deviation, as a share of each singular value.
        keys: what the numbers are counted by.
    """
    count = len(weight)
    if not mutation or not is_matrix(inputs.shape, table):
        return TaskVectors(weight, [1.0] * count, [None] * count, lambda_)
    deltas = Deltas(inputs, weight)
    _, right = singular(deltas.products().sum((0, 1)))
    drawn = normal(keys[0], 0, deltas.columns, right.device).double()
    stretched = 1 + mutation * drawn[: right.shape[1]]
    mixer = (right * stretched) @ right.T
    return deltas.mixed(mixer.expand(count, -1, -1), lambda_)


SVD_MUTATION = Method(
    name="svd_mutation",
    summary="the sum of deltas, its singular values stretched by chance",
    paper="2410.14735",
    make=svd_mutation,
    parameters={**WEIGHT, "mutation": Parameter(0.0, low=0.0)},
    base="required",
    models=(1, None),
    additive=True,
    tables=True,
    random=True,
)
