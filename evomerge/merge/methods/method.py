"""What a merge method declares of itself, so that recipes can be checked before anything starts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch


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
    """Called with `thetas`, `base` (where it is required) and every parameter by its name;
    float32 tensors in, a float32 tensor out. Of a random method also with `keys`."""
    parameters: Mapping[str, Parameter]
    base: Literal["required", "unused"]
    models: tuple[int, int | None]
    """Fewest and most models, without the base."""
    random: bool = False
    """Whether it draws masks: then it takes `keys`, one number for each model."""
