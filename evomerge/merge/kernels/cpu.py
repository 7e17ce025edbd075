"""The kernels as functions of tensors in the machine's memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from evomerge.merge.kernels import KINDS
from evomerge.merge.kernels.combination import combine as _combine
from evomerge.merge.kernels.compiled import Floats, Integers
from evomerge.merge.kernels.lines import column_products as _column_products
from evomerge.merge.kernels.lines import row_products as _row_products
from evomerge.merge.kernels.magnitudes import by_bin, distinct, drawn_sizes, inside_bin
from evomerge.merge.kernels.memory import addresses
from evomerge.merge.kernels.products import Doubles
from evomerge.merge.kernels.products import inner_products as _inner_products
from evomerge.merge.kernels.ranks import draw_by_rank as _draw_by_rank
from evomerge.merge.kernels.task_vectors import add_task_vectors as _add_task_vectors
from evomerge.merge.kernels.thinning import Thinnings
from evomerge.merge.kernels.variances import mark_variances as _mark_variances
from evomerge.merge.kernels.variances import variances_by_bin as _variances_by_bin
from evomerge.merge.kernels.variances import variances_inside as _variances_inside

_NONE = np.empty(0, np.float32)


def combine(
    thetas: Sequence[torch.Tensor], weights: Sequence[float], out: torch.Tensor, offset: int
) -> bool:
    """Out = sum_i weights_i theta_i, for the elements of the inputs from `offset` on.

    Args:
        thetas: contiguous, of one size, in float32, bfloat16 or float16.
        out: flat and contiguous, of any of these types.

    Returns:
        Whether all that was written is finite.
    """
    (finite,) = combine_each(thetas, [weights], [out], offset)
    return finite


def combine_each(
    thetas: Sequence[torch.Tensor],
    weights: Sequence[Sequence[float]],
    outs: Sequence[torch.Tensor],
    offset: int,
    base: torch.Tensor | None = None,
    lambdas: Sequence[float] = (),
) -> list[bool]:
    """Out_c = sum_i w_ci theta_i for several candidates c, the inputs read once.

    Args:
        weights: w, those of each candidate.
        outs: of each candidate, as `out` of :func:`combine`.
        base, lambdas: b, and a lambda for each candidate: then out_c is
            b + lambda_c sum_i w_ci (theta_i - b), the bits of :func:`add_task_vectors`.

    Returns:
        For each candidate whether all that was written is finite.
    """
    places, kinds = addresses(thetas)
    base_at, base_kind = _optional(base)
    out_places, out_kinds = addresses(outs)
    finite: list[bool] = _combine(
        base_at,
        base_kind,
        places,
        kinds,
        _floats(weights),
        _floats(lambdas) if lambdas else _NONE,
        out_places,
        out_kinds,
        offset,
        outs[0].numel(),
    ).tolist()
    return finite


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
    """Out = b + lambda D; see :func:`evomerge.merge.kernels.task_vectors.add_task_vectors`.

    Args:
        thinnings: of each delta; what is left of their quotas is changed.
        least: divide by the sum of the agreeing weights, and by no less; None not to.
    """
    places, kinds = addresses(thetas)
    (base_at, at), (base_kind, kind) = addresses([base, out])
    marks = thinnings.marks(offset, out.numel())
    done: bool = _add_task_vectors(
        base_at,
        base_kind,
        places,
        kinds,
        _floats(weights),
        _floats(factors),
        thinnings.ways,
        thinnings.limits,
        thinnings.quotas,
        thinnings.keys,
        thinnings.thresholds,
        np.array([0 if part is None else part.data_ptr() for part in marks], np.int64),
        elect,
        plainly,
        np.float32(-1 if least is None else least),
        _floats([lambda_])[0],
        at,
        kind,
        offset,
        out.numel(),
    )
    return done


def inner_products(thetas: Sequence[torch.Tensor], base: torch.Tensor | None = None) -> Doubles:
    """Every inner product of two of the tensors, less the base where there is one; float64.

    Returns:
        Shape (models, models).
    """
    places, kinds = addresses(thetas)
    made: Doubles = _inner_products(*_optional(base), places, kinds, 0, thetas[0].numel())
    return made


def row_products(
    thetas: Sequence[torch.Tensor], base: torch.Tensor | None, columns: int
) -> Doubles:
    """The inner products row by row; (rows, models, models)."""
    made: Doubles = _row_products(*_optional(base), *addresses(thetas), *_lines(thetas, columns))
    return made


def column_products(
    thetas: Sequence[torch.Tensor], base: torch.Tensor | None, columns: int
) -> Doubles:
    """The inner products column by column; (columns, models, models)."""
    made: Doubles = _column_products(*_optional(base), *addresses(thetas), *_lines(thetas, columns))
    return made


def magnitudes_by_bin(theta: torch.Tensor, base: torch.Tensor) -> Integers:
    """How many of |theta - b| fall into each bin, and the sum of their places; (2, BINS)."""
    made: Integers = by_bin(*_pair(theta, base))
    return made


def magnitudes_inside(theta: torch.Tensor, base: torch.Tensor, wanted: int) -> Integers:
    """How many magnitudes of one bin have each place in it; (PLACES,)."""
    made: Integers = inside_bin(*_pair(theta, base), wanted)
    return made


def magnitudes_distinct(theta: torch.Tensor, base: torch.Tensor) -> Integers:
    """Every code of |theta - b| and how often it occurs, (2, codes); none where there are many."""
    made: Integers = distinct(*_pair(theta, base))
    return made


def sizes_drawn(
    theta: torch.Tensor, base: torch.Tensor, key: int, threshold: int
) -> tuple[float, float]:
    """Sums of all |theta - b|, and of those that are drawn."""
    before, after = drawn_sizes(*_pair(theta, base), np.uint64(key), threshold).tolist()
    return before, after


def draw_by_rank(
    theta: torch.Tensor, base: torch.Tensor, key: int, thresholds: Integers
) -> tuple[torch.Tensor, tuple[float, float]]:
    """Mark elements by the rank of |theta - b| in their row (kernels/ranks.py).

    Args:
        thresholds: of 2^32, for each rank of a row, the smallest first; ascending.

    Returns:
        A bit for each element (bit i of byte k is element 8k + i), and the sums of all magnitudes
        and of those that are marked.
    """
    marks = torch.zeros((theta.numel() + 7) // 8, dtype=torch.uint8)
    base_at, base_kind, at, kind, count = _pair(theta, base)
    rows, place = count // len(thresholds), marks.data_ptr()
    sizes = _draw_by_rank(base_at, base_kind, at, kind, rows, thresholds, np.uint64(key), place)
    before, after = sizes.tolist()
    return marks, (before, after)


def variances_by_bin(thetas: Sequence[torch.Tensor], base: torch.Tensor) -> Integers:
    """How many of the deltas' variances that are not 0 fall into each bin; (BINS,)."""
    made: Integers = _variances_by_bin(*_optional(base), *addresses(thetas), base.numel())
    return made


def variances_inside(thetas: Sequence[torch.Tensor], base: torch.Tensor, wanted: int) -> Integers:
    """How many of the variances of one bin have each place in it; (PLACES,)."""
    made: Integers = _variances_inside(*_optional(base), *addresses(thetas), base.numel(), wanted)
    return made


def mark_variances(
    thetas: Sequence[torch.Tensor], base: torch.Tensor, limit: float, quota: int
) -> tuple[torch.Tensor, Doubles]:
    """Mark where the variance is larger than the limit, and the first `quota` as large.

    Returns:
        A bit for each element, as :func:`draw_by_rank` has them; and each model's sum of d^2 there.
    """
    count = base.numel()
    marks = torch.zeros((count + 7) // 8, dtype=torch.uint8)
    least, at = _floats([limit])[0], marks.data_ptr()
    squares = _mark_variances(*_optional(base), *addresses(thetas), count, least, quota, at)
    return marks, squares


def _floats(values: Sequence[float] | Sequence[Sequence[float]]) -> Floats:
    with np.errstate(over="ignore"):  # the result is then not finite, which is told
        return np.array(values, np.float64).astype(np.float32)


def _pair(theta: torch.Tensor, base: torch.Tensor) -> tuple[int, int, int, int, int]:
    (base_at, at), (base_kind, kind) = addresses([base, theta])
    return int(base_at), int(base_kind), int(at), int(kind), theta.numel()


def _optional(base: torch.Tensor | None) -> tuple[int, int]:
    """Where a base lies, and its kind; 0 for none."""
    return (0, 0) if base is None else (base.data_ptr(), KINDS[base.dtype])


def _lines(thetas: Sequence[torch.Tensor], columns: int) -> tuple[int, int]:
    """Rows and columns."""
    return (thetas[0].numel() // columns, columns)
