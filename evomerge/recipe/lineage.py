"""How much of each root parent a recipe without genes takes, and how akin recipes are by that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from evomerge.recipe.entries import ModelEntry, Parameters
from evomerge.recipe.schema import Recipe
from evomerge.recipe.values import Rule

Shares = Mapping[str, float]
"""Of each root parent, its share: 0 or more, 1 in all."""


def shares_of(recipe: Recipe, known: Mapping[str, Shares]) -> dict[str, float]:
    """The share of each root parent, by the size of its weight; where there are no weights, equal.

    The base of models counts for nothing: all descendants have it. A slice counts by how many of
    its layers the offspring runs through. A weight over depth or with rules counts by its mean.

    Args:
        known: shares of the parents that are merges themselves, by name.
    """
    shares: dict[str, float] = {}
    for count, entries, parameters in _parts(recipe):
        sizes = [_size({**parameters, **entry.parameters}) for entry in entries]
        total = math.fsum(sizes)
        for entry, size in zip(entries, sizes, strict=True):
            part = count * (size / total if total else 1 / len(sizes))
            for root, share in known.get(entry.model, {entry.model: 1.0}).items():
                shares[root] = shares.get(root, 0.0) + part * share
    whole = math.fsum(shares.values())
    return {root: share / whole for root, share in shares.items()}


def _parts(recipe: Recipe) -> Iterator[tuple[int, Sequence[ModelEntry], Parameters]]:
    """What is merged with each other: how much it counts for, the models, what they share."""
    if recipe.slices is None:
        entries = [entry for entry in recipe.entries if entry.model != recipe.base_model]
        yield 1, entries, recipe.parameters
        return
    end = 0
    for part in recipe.slices:
        first, end = end, end + len(part.sources[0].layers)
        used = end - first
        if isinstance(recipe.path, tuple):
            used = sum(first <= step.layer < end for step in recipe.path)
        if used:
            yield used, part.sources, {**recipe.parameters, **part.parameters}


def _size(parameters: Parameters) -> float:
    numbers = [abs(number) for number in _numbers(parameters.get("weight", 1.0))]
    return math.fsum(numbers) / len(numbers) if numbers else 1.0


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
