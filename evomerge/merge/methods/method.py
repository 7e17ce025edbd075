"""What a merge method declares of itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from evomerge.merge.methods.formula import Formula

LEAST_TOTAL = 1e-8
"""Weights that add up to less, either way, are not divided by their sum, as in mergekit: it is what
rounding leaves of 0."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method: its default and the values it may take.

    A parameter per model is passed to the method as a sequence, in the models' order; a global
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
    """A merge method: its mathematics and its contract."""

    name: str
    """What a recipe calls it."""
    summary: str
    """What it makes of a tensor, in a few words, for the docs."""
    paper: str
    """arXiv number of the paper that it comes from; or author and year, or mergekit."""
    make: Callable[..., Formula]
    """How to compute a tensor: called with its :class:`~evomerge.merge.methods.inputs.Inputs`, and
    every parameter by its name.
    Raises TrialError where the method cannot do it with these numbers."""
    parameters: Mapping[str, Parameter]
    base: Literal["required", "optional", "unused"]
    models: tuple[int, int | None]
    """Fewest and most models, without the base."""
    additive: bool = False
    """Whether it adds to the base what models differ by; where none does, the base is left."""
    random: bool = False
    """Whether it draws masks: then it takes `keys`, one number for each model."""
    placed: bool = False
    """Whether it matters where in the model a tensor is: then it takes `place`, how many elements
    come before it in the order of depth, and how many there are."""
    tables: bool = False
    """Whether it treats tables otherwise, whose rows are looked up: then it takes `table`."""
    statistic: Literal["information", "grams"] | None = None
    """What it is told of each model from calibration texts (merge/calibration/calibration.py), as
    `statistics`."""
    ordered: bool = False
    """Whether the order of the models matters."""
    alone: Mapping[str, float] | None = field(default_factory=dict)
    """Settings, beside a weight of 1, by which one model alone is its own offspring; None where it
    is none by any."""
    formula: str = ""
    """Of a method that a recipe spells out, the formula; it tells it from others of its name."""

    @property
    def identity(self) -> str:
        """What no other method is called."""
        return self.formula or self.name
