"""One point of a gene as a coordinate in [0, 1], and the mapping both ways."""

from __future__ import annotations

import math
from typing import Any

from evomerge.errors import RecipeError
from evomerge.recipe.source import Place
from evomerge.recipe.values import Gene, Scalar

GRID = 2**20
"""Steps of a gene's range. A coordinate snaps to the nearest, so that decoding and encoding
give the same bits whatever the range: resolution 1e-6 of it, far below what scores resolve."""


def decoded(gene: Gene, x: float) -> Scalar:
    """The value that a coordinate stands for."""
    if gene.choice is not None:
        last = len(gene.choice) - 1
        return gene.choice[min(int(_clip(x) * len(gene.choice)), last)]
    low, high = _range(gene)
    u = round(_clip(x) * GRID) / GRID
    if gene.scale == "log":
        value = math.exp(math.log(low) + (math.log(high) - math.log(low)) * u)
    else:
        value = low * (1 - u) + high * u  # both ends exactly
    return min(max(value, low), high)


def encoded(gene: Gene, value: Any, place: Place = ()) -> float:
    """The coordinate, on the grid or in a choice's middle, that stands for a value.

    Args:
        place: where the gene stands, for the error.

    Raises:
        RecipeError: the gene cannot have the value.
    """
    at = ".".join(map(str, place))
    if gene.choice is not None:
        if value not in gene.choice:
            raise RecipeError(f"{at}: {value!r} is not one of {list(gene.choice)}")
        return (gene.choice.index(value) + 0.5) / len(gene.choice)
    low, high = _range(gene)
    if isinstance(value, bool | str) or not low <= value <= high:
        raise RecipeError(f"{at}: {value!r} is not between {low} and {high}")
    if gene.scale == "log":
        u = (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
    else:
        u = (value - low) / (high - low)
    return round(u * GRID) / GRID


def _range(gene: Gene) -> tuple[float, float]:
    assert gene.low is not None
    assert gene.high is not None
    return gene.low, gene.high


def _clip(x: float) -> float:
    return min(max(float(x), 0.0), 1.0)
