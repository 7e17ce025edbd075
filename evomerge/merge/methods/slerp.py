"""Spherical interpolation between two models, each tensor as one vector (Shoemake 1985)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from evomerge.merge.methods.method import Method, Parameter
from evomerge.merge.methods.pair import Pair

NEARLY_PARALLEL = 0.9995


def shares(pairs: Sequence[Pair], *, t: float) -> dict[str, float]:
    """sin((1-t)O)/sin O and sin(tO)/sin O, O the angle between the two.

    Nearly parallel ones are interpolated linearly.
    """
    (pair,) = pairs
    if abs(pair.cosine) > NEARLY_PARALLEL:
        return {"at_base": 1 - t, "at_theta": t}
    angle = math.acos(pair.cosine)
    return {
        "at_base": math.sin((1 - t) * angle) / math.sin(angle),
        "at_theta": math.sin(t * angle) / math.sin(angle),
    }


def slerp(
    thetas: Sequence[torch.Tensor],
    base: torch.Tensor,
    *,
    at_base: float,
    at_theta: float,
    offset: int,
) -> torch.Tensor:
    """The sum of both, each by its share, wherever the part begins."""
    (theta,) = thetas
    return (base * at_base).add_(theta * at_theta)


SLERP = Method(
    name="slerp",
    paper="Shoemake 1985",
    kernel=slerp,
    survey=shares,
    parameters={"t": Parameter(0.5)},
    base="required",
    models=(1, 1),
)
