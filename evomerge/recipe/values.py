"""What a parameter's value can be: a number, a gene, a gradient over depth, rules by name."""

from __future__ import annotations

import contextlib
import math
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)


class Frozen(BaseModel):
    """An immutable part of a recipe in which an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def not_null(value: Any) -> Any:
    """A key with nothing behind it is one that is not there, as in mergekit."""
    return {} if value is None else value


class PlacedError(ValueError):
    """A value that is wrong, found where more than it was looked at.

    Args:
        place: from there on.
    """

    def __init__(self, said: str, *place: str | int) -> None:
        super().__init__(said)
        self.place = place


NARROWEST = 1e-6
"""Smallest range of a gene, as a share of its largest value: floats resolve its steps exactly."""


def _unquoted(value: Any) -> Any:
    """Text that is a number or a truth value is that, as in mergekit."""
    if not isinstance(value, str):
        return value
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    for number in (int, float):
        with contextlib.suppress(ValueError):
            return number(value)
    return value


Scalar = Annotated[
    Annotated[bool, Field(strict=True)]
    | Annotated[int, Field(strict=True)]
    | Annotated[float, Field(strict=True)]
    | Annotated[str, Field(strict=True)],
    BeforeValidator(_unquoted),
]


class Gene(Frozen):
    """A number that the search is to find, or one of several choices.

    Either `low` and `high` (with `scale: log` for a range of magnitudes) or `choice`.
    """

    low: float | None = Field(None, description="smallest value")
    high: float | None = Field(None, description="largest value")
    scale: Literal["linear", "log"] = "linear"
    choice: tuple[Scalar, ...] | None = Field(None, description="the values to choose from")
    points: int = Field(1, ge=1, le=128, description="points of a gradient over depth")
    start: Scalar | None = Field(None, description="where the search starts; default: the middle")

    @model_validator(mode="after")
    def _check(self) -> Gene:
        if self.choice is not None:
            self._check_choice()
        else:
            self._check_range()
        return self

    def _check_choice(self) -> None:
        if self.low is not None or self.high is not None or self.scale != "linear":
            raise ValueError("a gene has either choice, or low and high; not both")
        if not self.choice or len(set(map(repr, self.choice))) < len(self.choice):
            raise ValueError("choice must list one value or more, none of them twice")
        if self.start is not None and self.start not in self.choice:
            raise ValueError(f"start ({self.start!r}) must be one of the choices")

    def _check_range(self) -> None:
        if self.low is None or self.high is None:
            raise ValueError("a gene needs low and high, or choice")
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must be less than high ({self.high})")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low ({self.low}) must be above 0 on a log scale")
        if not NARROWEST * max(abs(self.low), abs(self.high)) < self.high - self.low < math.inf:
            raise ValueError(f"low ({self.low}) and high ({self.high}) are too close or too far")
        if self.start is not None and (
            isinstance(self.start, bool | str) or not self.low <= self.start <= self.high
        ):
            raise ValueError(f"start ({self.start!r}) must lie between low and high")


class Open(Frozen):
    """A value left open: `{gene: {...}}`."""

    gene: Gene


def _kind_of_point(value: Any) -> str:
    return "gene" if isinstance(value, dict | Open) else "number"


Point = Annotated[
    Annotated[Scalar, Tag("number")] | Annotated[Open, Tag("gene")],
    Discriminator(_kind_of_point),
]


def _kind_of_depth(value: Any) -> str:
    return "gradient" if isinstance(value, list | tuple) else "point"


Depth = Annotated[
    Annotated[Point, Tag("point")]
    | Annotated[Annotated[tuple[Point, ...], Field(min_length=1)], Tag("gradient")],
    Discriminator(_kind_of_depth),
]
"""A value for every layer alike, or a list: a piecewise linear gradient from first to last."""


class Rule(Frozen):
    """A value for the tensors whose name contains `filter` (for all, without one)."""

    filter: str | None = None
    value: Depth


def _is_rule(value: Any) -> bool:
    return isinstance(value, Rule) or (isinstance(value, dict) and "gene" not in value)


def _kind_of_rule(value: Any) -> str:
    return "rule" if _is_rule(value) else "value"


AnyRule = Annotated[
    Annotated[Rule, Tag("rule")] | Annotated[Depth, Tag("value")],
    Discriminator(_kind_of_rule),
]


def _kind_of_setting(value: Any) -> str:
    if isinstance(value, list | tuple) and any(_is_rule(entry) for entry in value):
        return "rules"
    return "rule" if _is_rule(value) else "value"


Setting = Annotated[
    Annotated[tuple[AnyRule, ...], Tag("rules")]
    | Annotated[Rule, Tag("rule")]
    | Annotated[Depth, Tag("value")],
    Discriminator(_kind_of_setting),
]
"""All that may stand behind a parameter's name."""
