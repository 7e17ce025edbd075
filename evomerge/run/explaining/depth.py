"""A winner with some of its layers as they were before: the base's, or the parents' average."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from evomerge.merge.plan.stacks import Stack, Stacks
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.explaining.explanation import FactorKind
from evomerge.run.explaining.game import Game
from evomerge.run.explaining.shapley import Coalition
from evomerge.weights import Parent

QUARTERS = 4
"""Into how many groups of layers a stack is divided."""

OUTSIDE = "embeddings, norm and head"


def layers_game(winner: Recipe, released: Parent, reference: Sequence[str], before: Recipe) -> Game:
    """Groups of layers are put back; one more group is all that stands outside of layers.

    Args:
        winner: its recipe.
        released: its folder, which is mixed with the others tensor by tensor, so that this goes
            with any method.
        reference: the models whose average a group is put back to.
        before: the recipe of that average.
    """
    stacks = Stacks.of(released.tensors.specs, released.config).each
    groups: dict[str, list[str]] = {OUTSIDE: []}
    for stack in stacks:
        groups |= _quarters(stack, many=len(stacks) > 1)
    filters = [*groups.values()]

    def recipes(there: Coalition) -> Sequence[Recipe]:
        if len(there) in (0, len(filters)):
            return [winner if there else before]
        return [_mixed(winner, released.name, reference, filters, there)]

    return Game(FactorKind.LAYERS, tuple(groups), cache(recipes))


def _quarters(stack: Stack, *, many: bool) -> dict[str, list[str]]:
    """Groups of a stack's layers by name: what the names of a group's tensors begin with."""
    count = min(QUARTERS, stack.layers)
    ends = [stack.layers * n // count for n in range(count + 1)]
    where = f"{stack.prefix} " if many else "layers "
    return {
        f"{where}{first}" + (f"-{end - 1}" if end > first + 1 else ""): [
            f"{stack.prefix}.{layer}." for layer in range(first, end)
        ]
        for first, end in pairwise(ends)
    }


def _mixed(
    winner: Recipe,
    released: str,
    reference: Sequence[str],
    filters: Sequence[Sequence[str]],
    there: Coalition,
) -> Recipe:
    """The winner in the groups that are there, and the reference in the others."""

    def weight(of_winner: bool) -> list[dict[str, Any]]:
        rules = [
            {"filter": name, "value": float((number in there) == of_winner)}
            for number, names in enumerate(filters)
            for name in names
        ]
        return [*rules, {"value": float((0 in there) == of_winner)}]

    plain: dict[str, Any] = {
        "merge_method": "linear",
        "base_model": winner.template,
        "models": [
            {"model": name, "parameters": {"weight": weight(name == released)}}
            for name in (released, *reference)
        ],
    }
    types = {key: value for key in ("dtype", "out_dtype") if (value := getattr(winner, key))}
    return recipe_from(plain | types)
