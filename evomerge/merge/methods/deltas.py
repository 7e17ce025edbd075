"""The deltas of one matrix as matrix methods need them: inner products in, mixtures out.

For a tall matrix X = U S V', V and S are those of X'X, and U = X V / S. So whatever a method makes
of the factors of a few deltas is the sum of X_i K_i with small square K_i. Deltas are then read
twice in blocks of rows and never kept, and the singular value decomposition of 49,152 x 576 costs
one matrix product and an eigenvalue problem of 576. All of it is done in float64, in which squaring
costs no digit that float32 has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from evomerge.errors import TrialError
from evomerge.merge.methods.formula import Elementwise, Rows, TaskVectors, Whole
from evomerge.merge.methods.inputs import Inputs

ROWS = 1024
"""Rows read at a time."""
TOLERANCE = 1e-6
"""Singular values up to this share of the largest count as 0: float32 holds none below."""


def is_matrix(shape: Sequence[int], table: bool = False) -> bool:
    """Whether a tensor maps vectors to vectors: 2-D, with more than one row and column.

    Args:
        table: whether its rows are looked up, as those of an embedding are.
    """
    return len(shape) == 2 and min(shape) > 1 and not table


def averaged(inputs: Inputs, weight: Sequence[float], lambda_: float) -> TaskVectors:
    """Make b + lambda sum w d / T: what matrix methods make of tensors that are no matrices."""
    count = len(weight)
    return TaskVectors(weight, [1.0] * count, [None] * count, lambda_ / count)


class Deltas:
    """W_i (theta_i - b) of one matrix, in float64.

    Args:
        inputs: matrices (out, in); without a base it counts as 0.
        weight: by default 1 each.
        tall: turn a matrix that is wider than tall, so that inner products are small.
    """

    def __init__(
        self, inputs: Inputs, weight: Sequence[float] | None = None, *, tall: bool = True
    ) -> None:
        self.turned = tall and inputs.shape[0] < inputs.shape[1]
        self._thetas = [theta.T if self.turned else theta for theta in inputs.thetas]
        base = inputs.base
        self._base = base.T if base is not None and self.turned else base
        self.weight = [1.0] * len(self._thetas) if weight is None else weight
        self.rows, self.columns = self._thetas[0].shape

    def __len__(self) -> int:
        return len(self._thetas)

    def blocks(self) -> Iterator[list[torch.Tensor]]:
        """Consecutive rows of every delta, (at most ROWS, columns) each."""
        for first in range(0, self.rows, ROWS):
            part = slice(first, first + ROWS)
            base = None if self._base is None else self._base[part]
            yield self._weighted([theta[part] for theta in self._thetas], base)

    def _weighted(self, thetas: Rows, base: torch.Tensor | None) -> list[torch.Tensor]:
        origin = 0.0 if base is None else base.double()
        return [(t.double() - origin) * w for t, w in zip(thetas, self.weight, strict=True)]

    def products(self) -> torch.Tensor:
        """X_i' X_j for every two, (models, models, columns, columns)."""
        n, size = len(self), self.columns
        total = self._thetas[0].new_zeros((n, n, size, size), dtype=torch.float64)
        for block in self.blocks():
            for i in range(n):
                for j in range(i, n):
                    total[i, j].addmm_(block[i].T, block[j])
        for i in range(n):
            for j in range(i):
                total[i, j] = total[j, i].T
        return total

    def squares(self) -> torch.Tensor:
        """X_i' X_i for each, (models, columns, columns)."""
        shape = len(self), self.columns, self.columns
        total = self._thetas[0].new_zeros(shape, dtype=torch.float64)
        for block in self.blocks():
            for square, delta in zip(total, block, strict=True):
                square.addmm_(delta.T, delta)
        return total

    def mixed(self, mixers: torch.Tensor, scale: float = 1.0) -> Elementwise | Whole:
        """Make b + scale sum_i X_i K_i.

        Args:
            mixers: K, (models, columns, columns).
        """
        stacked = mixers.flatten(0, 1) * scale

        def kernel(thetas: Rows, base: torch.Tensor | None, first: int = 0) -> torch.Tensor:
            total = torch.cat(self._weighted(thetas, base), dim=1) @ stacked
            return (total if base is None else total.add_(base)).float()

        if not self.turned:
            return Elementwise(kernel)
        base = self._base
        made = [
            kernel([theta[part] for theta in self._thetas], None if base is None else base[part])
            for part in (slice(first, first + ROWS) for first in range(0, self.rows, ROWS))
        ]
        return Whole(torch.cat(made).T.contiguous())


def singular(
    gram: torch.Tensor, floor: torch.Tensor | float = 0.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Singular values of X, descending, and right singular vectors, as columns, from X'X.

    Those that count as 0 are left out: their vectors are whatever a library makes of them.

    Args:
        floor: values up to it count as 0 as well.

    Raises:
        TrialError: the products are not finite.
    """
    if not bool(torch.isfinite(gram).all()):
        raise TrialError("deltas too large to be multiplied with each other")
    squares, vectors = torch.linalg.eigh(gram)
    values = squares.flip(0).clamp_min(0).sqrt()
    rank = int(((values > TOLERANCE * values[:1]) & (values > floor)).sum())
    return values[:rank], vectors.flip(1)[:, :rank]


def inverse_root(gram: torch.Tensor) -> torch.Tensor:
    """(X'X)^(-1/2) on the range of X'X: X times it has the orthonormal columns nearest to X's.

    That is the solution of the orthogonal Procrustes problem (2412.00081). Where
    columns of X depend on each other it is unique on their span alone, and 0 elsewhere.
    """
    values, vectors = singular(gram)
    return (vectors / values) @ vectors.T


def inverse(gram: torch.Tensor) -> torch.Tensor:
    """(X'X)^-1 on the range of X'X, and 0 elsewhere."""
    values, vectors = singular(gram)
    return (vectors / values**2) @ vectors.T
