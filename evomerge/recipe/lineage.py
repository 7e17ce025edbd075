"""How much of each root parent a recipe without genes takes, and how akin recipes are by that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from evomerge.recipe.schema import Recipe
from evomerge.recipe.values import Rule

Shares = Mapping[str, float]
"""Of each root parent, its share: 0 or more, 1 in all."""


def shares_of(recipe: Recipe, known: Mapping[str, Shares]) -> dict[str, float]:
    """The share of each root parent, by the size of its weight; where there are no weights, equal.

    The base counts for nothing: all descendants have it. A weight over depth or with rules counts
    by its mean.

    Args:
        known: shares of the parents that are merges themselves, by name.
    """
    sizes: dict[str, float] = {}
    entries = [entry for entry in recipe.entries if entry.model != recipe.base_model]
    for entry in entries:
        weight = entry.parameters.get("weight", recipe.parameters.get("weight", 1.0))
        numbers = [abs(number) for number in _numbers(weight)]
        size = math.fsum(numbers) / len(numbers) if numbers else 1.0
        for root, share in known.get(entry.model, {entry.model: 1.0}).items():
            sizes[root] = sizes.get(root, 0.0) + size * share
    total = math.fsum(sizes.values())
    return {root: size / total if total else 1 / len(sizes) for root, size in sizes.items()}


def kinship(shares: Sequence[Shares]) -> float:
    """How akin recipes are: the mean over pairs of the chance that what is drawn from both by their
    shares is of one root (Malécot's coefficient, roots being unrelated). 0 to 1; 1 for one alone.
    """
    pairs = [
        math.fsum(share * other.get(root, 0.0) for root, share in one.items())
        for one, other in combinations(shares, 2)
    ]
    return math.fsum(pairs) / len(pairs) if pairs else 1.0


def _numbers(setting: object) -> Iterator[float]:
    if isinstance(setting, tuple):
        for entry in setting:
            yield from _numbers(entry)
    elif isinstance(setting, Rule):
        yield from _numbers(setting.value)
    elif isinstance(setting, int | float):
        yield float(setting)
