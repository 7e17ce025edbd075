"""The kernels as functions of tensors in the machine's memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from evomerge.merge.kernels import KINDS
from evomerge.merge.kernels.arrays import (
    BINS,
    BLOCK,
    LANES,
    PLACES,
    SPACE,
    TABLE,
    Doubles,
    Floats,
    Integers,
)
from evomerge.merge.kernels.compiled.kernel import Kernel
from evomerge.merge.kernels.thinning import Thinnings

_add_task_vectors = Kernel("task_vectors", "add_task_vectors")
_by_bin = Kernel("magnitudes", "by_bin")
_column_products = Kernel("lines", "column_products")
_combine = Kernel("combination", "combine")
_distinct = Kernel("magnitudes", "distinct")
_draw_by_rank = Kernel("ranks", "draw_by_rank")
_drawn_sizes = Kernel("magnitudes", "drawn_sizes")
_inner_products = Kernel("products", "inner_products")
_inside_bin = Kernel("magnitudes", "inside_bin")
_mark_variances = Kernel("variances", "mark_variances")
_row_products = Kernel("lines", "row_products")
_variances_by_bin = Kernel("variances", "variances_by_bin")
_variances_inside = Kernel("variances", "variances_inside")


def combine(
    thetas: Sequence[torch.Tensor], weights: Sequence[float], out: torch.Tensor, offset: int
) -> bool:
    """Write sum_i weights_i theta_i for the elements of the inputs from `offset` on.

    Args:
        thetas: contiguous, of one size, in float32, bfloat16 or float16.
        out: flat and contiguous, of any of these types.

    Returns:
        Whether all that was written is finite.
    """
    finite = _combine(
        *_addresses(thetas),
        _floats(weights),
        len(thetas),
        *_address(out),
        offset,
        out.numel(),
    )
    return bool(finite)


def add_task_vectors(
    base: torch.Tensor,
    thetas: Sequence[torch.Tensor],
    weights: Sequence[float],
    factors: Sequence[float],
    thinnings: Thinnings,
    *,
    elect: bool,
    plainly: bool,
    least: float | None,
    lambda_: float,
    out: torch.Tensor,
    offset: int,
) -> bool:
    """Write b + lambda D; see :func:`evomerge.merge.kernels.numba.task_vectors.add_task_vectors`.

    Args:
        thinnings: of each delta; what is left of their quotas is changed.
        least: divide by the sum of the agreeing weights, and by no less; None not to.
    """
    marks = thinnings.marks(offset, out.numel())
    finite = _add_task_vectors(
        *_address(base),
        *_addresses(thetas),
        _floats(weights),
        _floats(factors),
        thinnings.ways,
        thinnings.limits,
        thinnings.quotas,
        thinnings.keys,
        thinnings.thresholds,
        np.array([0 if part is None else part.data_ptr() for part in marks], np.int64),
        len(thetas),
        np.empty((len(thetas), BLOCK), np.float32),
        elect,
        plainly,
        _floats([-1 if least is None else least, lambda_]),
        *_address(out),
        offset,
        out.numel(),
    )
    return bool(finite)


def inner_products(thetas: Sequence[torch.Tensor], base: torch.Tensor | None = None) -> Doubles:
    """Every inner product of two of the tensors, less the base where there is one; float64.

    Returns:
        Shape (models, models).
    """
    models = len(thetas)
    made = np.empty((models, models))
    _inner_products(
        *_address(base),
        *_addresses(thetas),
        models,
        0,
        thetas[0].numel(),
        np.empty((models, BLOCK), np.float32),
        np.empty((models, models, LANES)),
        made,
    )
    return made


def row_products(
    thetas: Sequence[torch.Tensor], base: torch.Tensor | None, columns: int
) -> Doubles:
    """The inner products row by row; (rows, models, models)."""
    models, rows = len(thetas), thetas[0].numel() // columns
    made, sums = np.empty((rows, models, models)), np.empty((models, models, LANES))
    space = np.empty((models, BLOCK), np.float32)
    _row_products(*_address(base), *_addresses(thetas), models, rows, columns, space, sums, made)
    return made


def column_products(
    thetas: Sequence[torch.Tensor], base: torch.Tensor | None, columns: int
) -> Doubles:
    """The inner products column by column; (columns, models, models)."""
    models, rows = len(thetas), thetas[0].numel() // columns
    made, space = np.empty((columns, models, models)), np.empty((models, BLOCK), np.float32)
    _column_products(*_address(base), *_addresses(thetas), models, rows, columns, space, made)
    return made


def magnitudes_by_bin(theta: torch.Tensor, base: torch.Tensor) -> Integers:
    """How many of |theta - b| fall into each bin, and the sum of their places; (2, BINS)."""
    counts, space = np.zeros((2, BINS), np.int64), np.empty(BINS, np.int64)
    _by_bin(*_address(base), *_address(theta), theta.numel(), space, counts)
    return counts


def magnitudes_inside(theta: torch.Tensor, base: torch.Tensor, wanted: int) -> Integers:
    """How many magnitudes of one bin have each place in it; (PLACES,)."""
    counts = np.zeros(PLACES, np.int64)
    _inside_bin(*_address(base), *_address(theta), theta.numel(), wanted, counts)
    return counts


def magnitudes_distinct(theta: torch.Tensor, base: torch.Tensor) -> Integers:
    """Every code of |theta - b| and how often it occurs, (2, codes); none where there are many."""
    entries = np.zeros((TABLE, 2), np.uint32)
    found = _distinct(*_address(base), *_address(theta), theta.numel(), entries)
    if found > TABLE // 2:
        return np.empty((2, 0), np.int64)
    made: Integers = entries[entries[:, 0] > 0].T - np.array([[1], [0]])
    return made


def sizes_drawn(
    theta: torch.Tensor, base: torch.Tensor, key: int, threshold: int
) -> tuple[float, float]:
    """Sums of all |theta - b|, and of those that are drawn."""
    sizes = np.empty(2)
    _drawn_sizes(*_address(base), *_address(theta), theta.numel(), key, threshold, sizes)
    return float(sizes[0]), float(sizes[1])


def draw_by_rank(
    theta: torch.Tensor, base: torch.Tensor, key: int, thresholds: Integers
) -> tuple[torch.Tensor, tuple[float, float]]:
    """Mark elements by the rank of |theta - b| in their row (kernels/numba/ranks.py).

    Args:
        thresholds: of 2^32, for each rank of a row, the smallest first; ascending.

    Returns:
        A bit for each element (bit i of byte k is element 8k + i), and the sums of all magnitudes
        and of those that are marked.
    """
    marks = torch.empty((theta.numel() + 7) // 8, dtype=torch.uint8)
    columns, sizes = len(thresholds), np.empty(2)
    _draw_by_rank(
        *_address(base),
        *_address(theta),
        theta.numel() // columns,
        columns,
        thresholds,
        key,
        marks.data_ptr(),
        np.empty(SPACE * columns, np.uint8),
        sizes,
    )
    return marks, (float(sizes[0]), float(sizes[1]))


def variances_by_bin(thetas: Sequence[torch.Tensor], base: torch.Tensor) -> Integers:
    """How many of the deltas' variances that are not 0 fall into each bin; (BINS,)."""
    counts, models = np.zeros(BINS, np.int64), len(thetas)
    space = np.empty((models + 1, BLOCK), np.float32)
    _variances_by_bin(*_address(base), *_addresses(thetas), models, base.numel(), space, counts)
    return counts


def variances_inside(thetas: Sequence[torch.Tensor], base: torch.Tensor, wanted: int) -> Integers:
    """How many of the variances of one bin have each place in it; (PLACES,)."""
    counts, models = np.zeros(PLACES, np.int64), len(thetas)
    count, space = base.numel(), np.empty((models + 1, BLOCK), np.float32)
    _variances_inside(*_address(base), *_addresses(thetas), models, count, wanted, space, counts)
    return counts


def mark_variances(
    thetas: Sequence[torch.Tensor], base: torch.Tensor, limit: float, quota: int
) -> tuple[torch.Tensor, Doubles]:
    """Mark where the variance is larger than the limit, and the first `quota` as large.

    Returns:
        A bit for each element, as :func:`draw_by_rank` has them; and each model's sum of d^2 there.
    """
    count, models = base.numel(), len(thetas)
    marks, squares = torch.empty((count + 7) // 8, dtype=torch.uint8), np.empty(models)
    _mark_variances(
        *_address(base),
        *_addresses(thetas),
        models,
        count,
        _floats([limit]),
        quota,
        np.empty((models + 1, BLOCK), np.float32),
        np.empty((models, LANES)),
        marks.data_ptr(),
        squares,
    )
    return marks, squares


def _floats(values: Sequence[float]) -> Floats:
    with np.errstate(over="ignore"):  # the result is then not finite, which is told
        return np.array(values, np.float64).astype(np.float32)


def _addresses(tensors: Sequence[torch.Tensor]) -> tuple[Integers, Integers]:
    """Where contiguous tensors lie, and their kinds; the caller keeps them alive."""
    places = np.array([tensor.data_ptr() for tensor in tensors], np.int64)
    return places, np.array([KINDS[tensor.dtype] for tensor in tensors], np.int64)


def _address(tensor: torch.Tensor | None) -> tuple[int, int]:
    """Where a tensor lies, and its kind; 0 for none."""
    return (0, 0) if tensor is None else (tensor.data_ptr(), KINDS[tensor.dtype])
