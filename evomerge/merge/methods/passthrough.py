"""One model as it is, or scaled: for stacks of layers (depth up-scaling, 2312.15166)."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.merge.methods.formula import Combination
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter


def passthrough(inputs: Inputs, *, scale: Sequence[float]) -> Combination:
    """Theta scale."""
    return Combination(scale)


PASSTHROUGH = Method(
    name="passthrough",
    summary="one model's tensor, times `scale`: for layers stacked from several models",
    paper="2312.15166",
    make=passthrough,
    parameters={"scale": Parameter(1.0, per_model=True)},
    base="unused",
    models=(1, 1),
)
