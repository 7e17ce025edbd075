"""Why a gene has no effect, where it is one of the usual reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.merge.plan.contract import inputs_of
from evomerge.recipe import Gene, Recipe
from evomerge.recipe.source import Place
from evomerge.weights import Parent


def reason_of(
    recipe: Recipe,
    parents: Mapping[str, Parent],
    place: Place,
    gene: Gene,
    points: Sequence[int],
) -> str:
    """What a user is told.

    Args:
        place: where the gene stands.
        points: which of its points have no effect; all by default.
    """
    if gene.choice is not None and len(gene.choice) == 1:
        return "it has one value"
    if points:
        return "no tensor that it holds for stands at these points of the gradient"
    same = "the offspring's weights are the same whatever its value"
    return _of_the_base(recipe, place) or _of_its_filter(recipe, parents, place) or same


def _of_the_base(recipe: Recipe, place: Place) -> str:
    if not {"models", "sources"} & {*place} or "parameters" not in place:
        return ""
    model = _get(recipe, place[: place.index("parameters")])["model"]
    if inputs_of(recipe, (model,)):
        return ""
    return f"{model} is the base, which the others' differences are added to"


def _of_its_filter(recipe: Recipe, parents: Mapping[str, Parent], place: Place) -> str:
    if "value" not in place or "parameters" not in place:
        return ""
    at = place.index("value")
    rule = _get(recipe, place[:at])
    before: list[Any] = []
    if isinstance(place[at - 1], int):
        before = _get(recipe, place[: at - 1])[: place[at - 1]]
    names = {name for parent in parents.values() for name in parent.tensors.specs}
    own = [name for name in names if _holds(rule, name)]
    if not own:
        return f"no tensor's name contains {rule['filter']!r}"
    if all(any(_holds(other, name) for other in before) for name in own):
        return "rules before it hold for every tensor that it would hold for"
    return ""


def _holds(rule: Any, name: str) -> bool:
    """Whether a rule, if no other did before, would hold for a tensor."""
    wanted = rule.get("filter") if isinstance(rule, dict) else None
    return wanted in (None, "*") or wanted in name


def _get(recipe: Recipe, place: Place) -> Any:
    node: Any = recipe.plain()
    for step in place:
        node = node[step]
    return node
