"""Split-point crossover of two models, and mutation (M2N2, 2508.16204)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from evomerge.merge.kernels.masks import BLOCK, hash32
from evomerge.merge.methods.formula import Combination, Elementwise, Formula, Rows
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.slerp import slerp


def crossover(
    inputs: Inputs,
    *,
    t: float,
    split: float,
    mutation: float,
    place: tuple[int, int],
    keys: Sequence[int],
) -> Formula:
    """Slerp by t up to the split point, and by 1 - t behind it; then noise.

    Args:
        t: share of the model beside the base before the split point.
        split: where it is, as a share of all elements of the model in the order of depth.
        mutation: standard deviation of the noise, as a share of the base's root mean square.
        place: how many elements come before this tensor's first, of how many.
        keys: what the noise is counted by.
    """
    before, after = slerp(inputs, t=t), slerp(inputs, t=1 - t)
    offset, total = place
    cut = min(max(round(split * total) - offset, 0), inputs.numel)
    if not mutation and cut in (0, inputs.numel):
        return before if cut else after
    scale = mutation * math.sqrt(inputs.products[-1, -1] / max(1, inputs.numel))

    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        assert base is not None
        begin = first * inputs.columns
        out = torch.empty_like(base).view(-1)
        share = min(max(cut - begin, 0), out.numel())
        for part, side in ((slice(share), before), (slice(share, None), after)):
            out[part] = _combined(side, thetas[0].view(-1)[part], base.view(-1)[part])
        if mutation and out.numel():
            out += normal(keys[0], begin, out.numel(), out.device).mul_(scale)
        return out.view_as(base)

    return Elementwise(kernel)


def _combined(shares: Combination, theta: torch.Tensor, base: torch.Tensor) -> torch.Tensor:
    return (theta * shares.coefficients[0]).add_(base * shares.at_base)


def normal(key: int, begin: int, count: int, device: torch.device) -> torch.Tensor:
    """Nearly normal numbers, counted: the four bytes of each element's hash, added up.

    Their sum is whole, so it is the same on every device; its excess kurtosis is -0.3, and it
    ends at 3.5 standard deviations.
    """
    first, end = begin - begin % BLOCK, begin + count
    bits = [hash32(key, b, min(b + BLOCK, end), device) for b in range(first, end, BLOCK)]
    words = torch.cat(bits)[begin - first :]
    total = sum((words >> shift) & 0xFF for shift in (0, 8, 16, 24))
    return (torch.as_tensor(total) - 510).float() / math.sqrt((256**2 - 1) / 3)


CROSSOVER = Method(
    name="crossover",
    summary="slerp by `t` up to the split point in depth, by 1 - t behind it; then `mutation`",
    paper="2508.16204",
    make=crossover,
    parameters={
        "t": Parameter(0.5, low=0.0, high=1.0),
        "split": Parameter(0.5, low=0.0, high=1.0),
        "mutation": Parameter(0.0, low=0.0),
    },
    base="required",
    models=(1, 1),
    random=True,
    placed=True,
)
