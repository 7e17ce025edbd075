"""Task vectors without their largest and smallest elements (model breadcrumbs, 2312.06795)."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.merge.kernels.thinning import Thinning
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.task_vectors import DENSITY, consensus, weighted_sum


def sift(inputs: Inputs, *, density: Sequence[float], gamma: Sequence[float]) -> list[Thinning]:
    """Drop the int(gamma n) largest and then the smallest, so that int(density n) stay.

    Fewer of the largest where dropping all would leave too few. Of equal magnitudes those with the
    lowest index count as larger.
    """
    n = inputs.numel
    keep = [int(min(p, 1.0) * n) for p in density]
    drop = [min(int(g * n), n - k) for g, k in zip(gamma, keep, strict=True)]
    each = zip(inputs.magnitudes, keep, drop, strict=True)
    return [sizes.cut(k + d, d) for sizes, k, d in each]


PARAMETERS = {
    **DENSITY,
    "gamma": Parameter(0.01, per_model=True, low=0.0, high=1.0),
    "normalize": Parameter(False),
    "rescale": Parameter(False),
}

BREADCRUMBS = Method(
    name="breadcrumbs",
    summary="deltas without their smallest and their very largest elements (`gamma`), added",
    paper="2312.06795",
    make=weighted_sum(sift),
    parameters=PARAMETERS,
    base="required",
    models=(1, None),
    additive=True,
)
BREADCRUMBS_TIES = Method(
    name="breadcrumbs_ties",
    summary="breadcrumbs whose signs are elected as in ties",
    paper="2312.06795",
    make=consensus(sift),
    parameters=PARAMETERS,
    base="required",
    models=(1, None),
    additive=True,
)
