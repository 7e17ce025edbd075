"""What functions of the language make of numbers, in float64."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

Number = float | tuple[float, ...]
"""One number, or one for each model."""


def applied(function: str, arguments: Sequence[Number]) -> Number:
    """A function of the language, of numbers."""
    return by_model(ELEMENTWISE[function], arguments)


def by_model(kernel: Callable[..., float], arguments: Sequence[Number]) -> Number:
    """What a kernel makes of numbers: of each model where one of them is."""
    count = max((len(x) for x in arguments if isinstance(x, tuple)), default=0)
    if not count:
        return kernel(*arguments)
    each = [x if isinstance(x, tuple) else (x,) * count for x in arguments]
    return tuple(kernel(*those) for those in zip(*each, strict=True))


def over_models(function: str, values: Sequence[float]) -> float:
    """One number of those of all models."""
    return OVER_MODELS[function](values)


def divided(x: float, y: float) -> float:
    """The quotient; a divisor of 0 counts as 1."""
    return x / y if y else x


def _root(x: float) -> float:
    return math.sqrt(x) if x > 0 else x * 0


def _power(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _logarithm(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def _finite(function: Callable[[float], float]) -> Callable[[float], float]:
    """The function, which of what is not finite is not a number."""
    return lambda x: function(x) if math.isfinite(x) else math.nan


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((x - mean) * (x - mean) for x in values) / len(values)


def _sign(x: float) -> float:
    return float(x > 0) - float(x < 0)


ELEMENTWISE: Mapping[str, Callable[..., float]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": divided,
    "neg": lambda x: -x,
    "<": lambda x, y: float(x < y),
    "<=": lambda x, y: float(x <= y),
    ">": lambda x, y: float(x > y),
    ">=": lambda x, y: float(x >= y),
    "==": lambda x, y: float(x == y),
    "abs": abs,
    "sign": _sign,
    "sqrt": _root,
    "min": min,
    "max": max,
    "clip": lambda x, low, high: min(max(x, low), high),
    "where": lambda c, x, y: x if c else y,
    "exp": _power,
    "log": _logarithm,
    "sin": _finite(math.sin),
    "cos": _finite(math.cos),
    "acos": _finite(lambda x: math.acos(min(max(x, -1.0), 1.0))),
}
OVER_MODELS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "sum": lambda values: float(sum(values)),
    "mean": lambda values: sum(values) / len(values),
    "var": _variance,
    "median": statistics.median,
    "smallest": min,
    "largest": max,
}
