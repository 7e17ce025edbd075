"""How a tensor of the offspring is computed from its inputs, once all numbers are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from evomerge.merge.kernels.thinning import Thinning

Rows = list[torch.Tensor]
"""A part of each model's tensor, whole rows: float32, shape (rows, columns)."""


@dataclass(frozen=True)
class Combination:
    """Adds tensors up: sum c theta + c_b b."""

    coefficients: Sequence[float]
    at_base: float = 0.0


@dataclass(frozen=True)
class TaskVectors:
    """Adds deltas to the base: b + lambda D with D = sum v, v = w f S(d), d = theta - b.

    With `elect` only the v of the elected sign count, that of sum v (where it is 0, plus).
    """

    weights: Sequence[float]
    factors: Sequence[float]
    thinnings: Sequence[Thinning]
    lambda_: float = 1.0
    elect: bool = False
    plainly: bool = False
    """Elect the sign of sum f S(d), whatever the weights (which must not be negative)."""
    least: float | None = None
    """With `elect`: divide D by the sum of the agreeing weights, by `least` if that is more, and
    where `least` is 0 by 1 in the place of 0. None does not divide."""

    @property
    def is_the_model(self) -> bool:
        """Whether it is one model as it is: theta - b + b, which rounding makes another."""
        if len(self.weights) != 1 or self.thinnings[0] is not None:
            return False
        averaged = self.elect and self.least == 0 and self.weights[0] > 0
        return self.factors[0] == 1 and self.lambda_ == 1 and (averaged or self.weights[0] == 1)


@dataclass(frozen=True)
class Elementwise:
    """What a function makes of each part, row by row.

    It is called with the models' rows, the base's rows (None without a base) and the number of
    the first row, and gives the result's rows.
    """

    kernel: Callable[[Rows, torch.Tensor | None, int], torch.Tensor]


@dataclass(frozen=True)
class Whole:
    """A finished tensor, float32."""

    tensor: torch.Tensor


Formula = Combination | TaskVectors | Elementwise | Whole
