"""What a merge method declares of itself, and how it is applied to a tensor."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch

from evomerge.merge.methods.pair import Pair

BLOCK = 1 << 17
"""Elements merged at a time on the CPU, so that what lies between two steps stays in the cache."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method: its default and the values it may take.

    A parameter per model is passed to the kernel as a sequence, in the models' order; a global
    one as a single value.
    """

    default: float | bool
    per_model: bool = False
    low: float = -math.inf
    high: float = math.inf

    @property
    def is_flag(self) -> bool:
        """Whether it is true or false, and not a number."""
        return isinstance(self.default, bool)


@dataclass(frozen=True)
class Method:
    """A merge method: its kernel and its contract."""

    name: str
    paper: str
    """arXiv number of the paper that it comes from."""
    kernel: Callable[..., torch.Tensor]
    """Makes a part of a tensor, each element of the same elements of its inputs: called with
    `thetas`, `base` (where it is required) and every parameter by its name; flat float32 tensors
    in, a new float32 tensor out."""
    parameters: Mapping[str, Parameter]
    base: Literal["required", "unused"]
    models: tuple[int, int | None]
    """Fewest and most models, without the base."""
    survey: Callable[..., Mapping[str, Any]] | None = None
    """For methods that look at a tensor as a whole: called with a :class:`Pair` for each model
    and every parameter, it gives the kernel's arguments. Such a kernel is also given `offset`,
    where its part begins."""
    additive: bool = False
    """Whether it adds to the base what models differ by; where none does, the base is left."""
    random: bool = False
    """Whether it draws masks: then it takes `keys`, one number for each model."""

    def merge(
        self,
        thetas: Sequence[torch.Tensor],
        base: torch.Tensor | None = None,
        *,
        pairs: Sequence[Pair] | None = None,
        out: torch.Tensor | None = None,
        **settings: Any,
    ) -> tuple[torch.Tensor, float]:
        """Merge one tensor.

        Args:
            thetas, base: the models' tensors, of one shape, in any floating-point types.
            pairs: of each theta and the base, where they are at hand.
            out: contiguous, what to write the result into; by default a new float32 tensor.
            settings: every parameter by its name, and of a random method `keys`.

        Returns:
            The result, and the sum of its elements: finite only if all of them are.

        Raises:
            TrialError: the method cannot do it with these settings.
        """
        if out is None:
            out = torch.empty_like(thetas[0], dtype=torch.float32)
        if self.survey is not None:
            if pairs is None:
                pairs = [Pair(theta, base) for theta in thetas if base is not None]
            settings = dict(self.survey(pairs, **settings))
        size = BLOCK if out.device.type == "cpu" else max(1, out.numel())
        flat = [theta.reshape(-1) for theta in thetas]
        onto = out.view(-1)
        total = torch.zeros((), device=out.device)
        for offset in range(0, max(1, out.numel()), size):
            part = slice(offset, offset + size)
            if base is not None:
                settings["base"] = base.reshape(-1)[part].float()
            if self.survey is not None:
                settings["offset"] = offset
            made = self.kernel([theta[part].float() for theta in flat], **settings)
            # Summed while it lies in the cache: that a value is not finite is known for nothing.
            total += onto[part].copy_(made).sum(dtype=torch.float32)
        return out, float(total)
