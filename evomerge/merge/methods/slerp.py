"""Spherical interpolation between two models, each tensor as one vector (Shoemake 1985)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from evomerge.merge.methods.method import Method, Parameter

NEARLY_PARALLEL = 0.9995
EPSILON = 1e-8


def slerp(thetas: Sequence[torch.Tensor], base: torch.Tensor, *, t: float) -> torch.Tensor:
    """sin((1-t)O)/sin O base + sin(tO)/sin O theta, O the angle between them.

    Nearly parallel ones are interpolated linearly.
    """
    (theta,) = thetas
    cosine = _cosine(base, theta)
    if abs(cosine) > NEARLY_PARALLEL:
        return base * (1 - t) + theta * t
    angle = math.acos(cosine)
    at_base = math.sin((1 - t) * angle) / math.sin(angle)
    at_theta = math.sin(t * angle) / math.sin(angle)
    return base * at_base + theta * at_theta


def _cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    """In float64, so that the order of summation does not show in float32 results."""
    x, y = a.flatten().double(), b.flatten().double()
    norms = (x.norm() + EPSILON) * (y.norm() + EPSILON)
    return float(x @ y / norms) if x.numel() else 1.0


SLERP = Method(
    name="slerp",
    paper="Shoemake 1985",
    kernel=slerp,
    parameters={"t": Parameter(0.5)},
    base="required",
    models=(1, 1),
)
