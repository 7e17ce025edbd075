"""Task vectors thinned at random, by rank of magnitude in each row (DELLA, 2406.11617)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evomerge.errors import TrialError
from evomerge.merge.kernels import functions_for
from evomerge.merge.kernels.thinning import NOTHING, Drawn, Marked, Thinning
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.task_vectors import DENSITY, consensus, weighted_sum


def magprune(
    inputs: Inputs, *, density: Sequence[float], epsilon: Sequence[float], keys: Sequence[int]
) -> list[Thinning]:
    """Each element stays with a probability that grows with its rank (section 3.1).

    P = density - epsilon + 2 epsilon (rank - 1) / (R - 1) among the R elements of a row, which lies
    along the second dimension; a vector is one row. Of equal magnitudes the lowest index ranks
    lowest. The element of a row of one stays with probability `density`. A density of 0 leaves
    nothing, whatever epsilon is.

    Raises:
        TrialError: a probability would not lie between 0 and 1.
    """
    each = enumerate(zip(density, epsilon, keys, strict=True))
    return [_drawn(inputs, model, *one) if one[0] < 1 else None for model, one in each]


def _drawn(inputs: Inputs, model: int, density: float, epsilon: float, key: int) -> Marked | Drawn:
    if density <= 0:
        return NOTHING
    size = inputs.shape[1] if len(inputs.shape) > 1 else inputs.numel
    thresholds = _thresholds(density, epsilon, max(1, size))
    theta, base = inputs.thetas[model], inputs.base
    assert base is not None
    draw = functions_for(theta.device).draw_by_rank
    if len(inputs.shape) < 3:
        return Marked.of_bits(*draw(theta, base, key, thresholds))
    turned = [tensor.movedim(1, -1).contiguous() for tensor in (theta, base)]
    bits, sizes = draw(*turned, key, thresholds)
    marks = Marked.of_bits(bits).marks(0, inputs.numel).view(turned[0].shape)
    natural = marks.movedim(-1, 1).contiguous().view(-1)
    return Marked(lambda offset, count: natural[offset : offset + count], sizes)


def _thresholds(density: float, epsilon: float, size: int) -> npt.NDArray[np.int64]:
    """The probability of each rank, of 2^32."""
    if not (density - epsilon > 0 and density + epsilon < 1):
        raise TrialError(
            f"della: density ({density}) less and plus epsilon ({epsilon}) "
            "must lie between 0 and 1; without thinning the density is 1"
        )
    ranks = np.arange(size) / (size - 1) if size > 1 else np.array([0.5])
    return np.rint((density - epsilon + 2 * epsilon * ranks) * 2**32).astype(np.int64)


PARAMETERS = {
    **DENSITY,
    "epsilon": Parameter(0.15, per_model=True, low=0.0, high=0.5),
    "rescale": Parameter(True),
}

DELLA = Method(
    name="della",
    summary="deltas dropped at random, small elements of a row rather than large ones, elected",
    paper="2406.11617",
    make=consensus(magprune),
    parameters={**PARAMETERS, "normalize": Parameter(True)},
    base="required",
    models=(1, None),
    additive=True,
    random=True,
)
DELLA_LINEAR = Method(
    name="della_linear",
    summary="deltas dropped at random, small elements of a row rather than large ones, added",
    paper="2406.11617",
    make=weighted_sum(magprune),
    parameters={**PARAMETERS, "normalize": Parameter(False)},
    base="required",
    models=(1, None),
    additive=True,
    random=True,
)
