"""A path through the layers of parents, as the slices of a mergekit passthrough file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from evomerge.errors import RecipeError
from evomerge.recipe import Recipe
from evomerge.recipe.layer_path import LayerStep

INSTEAD = "evomerge merge makes the model itself"
"""What to do about a recipe that mergekit has no file for."""


class LayerRun(NamedTuple):
    """Layers of one parent that follow each other in a path as in the parent."""

    part: int
    """Which of the recipe's slices they come from."""
    first: int
    end: int


def say_path(plain: dict[str, Any], recipe: Recipe) -> None:
    """Write a path as slices, one for each run of layers; an empty slice where the parent that has
    embeddings, norm and head is not the first or the last that the path runs through.

    Raises:
        RecipeError: mergekit has nothing like it: scales, or layers that are merged.
    """
    if not isinstance(recipe.path, tuple):
        return
    at = recipe.at("path")
    if any(step.scale != 1 for step in recipe.path):
        raise RecipeError(f"{at}mergekit scales no layers; {INSTEAD}")
    parts = plain.pop("slices", None) or [_whole(plain.pop("models"), recipe)]
    if recipe.methods != ("passthrough",) or any(len(part["sources"]) > 1 for part in parts):
        raise RecipeError(f"{at}mergekit has no path through layers that are merged; {INSTEAD}")
    if _has_gradient(plain) or _has_gradient(parts):
        raise RecipeError(f"{at}mergekit spreads a gradient over each slice anew; {INSTEAD}")
    runs = [*_runs(recipe.path, [part["sources"][0]["layer_range"] for part in parts])]
    edge = LayerRun(0, 0, 0)
    if runs[0].part != 0:
        runs.insert(0, edge)
    if runs[-1].part != 0:
        runs.append(edge)
    del plain["path"]
    plain["slices"] = [_slice(parts[run.part], run) for run in runs]


def _whole(models: list[dict[str, Any]], recipe: Recipe) -> dict[str, Any]:
    """Models as one slice, of as many layers as the path has use for."""
    assert isinstance(recipe.path, tuple)
    layers = max(step.layer for step in recipe.path) + 1
    return {"sources": [{**model, "layer_range": [0, layers]} for model in models]}


def _runs(path: tuple[LayerStep, ...], ranges: list[list[int]]) -> Iterator[LayerRun]:
    places = [(part, n) for part, (first, end) in enumerate(ranges) for n in range(first, end)]
    run: LayerRun | None = None
    for step in path:
        part, layer = places[step.layer]
        if run is not None and (part, layer) == (run.part, run.end):
            run = run._replace(end=layer + 1)
            continue
        if run is not None:
            yield run
        run = LayerRun(part, layer, layer + 1)
    if run is not None:
        yield run


def _slice(part: Mapping[str, Any], run: LayerRun) -> dict[str, Any]:
    (source,) = part["sources"]
    return {**part, "sources": [{**source, "layer_range": [run.first, run.end]}]}


def _has_gradient(node: Any, inside: bool = False) -> bool:
    """Whether a parameter has a value for each depth."""
    if isinstance(node, dict):
        return any(
            _has_gradient(child, inside or key == "parameters") for key, child in node.items()
        )
    if isinstance(node, list):
        told = inside and any(not isinstance(child, dict) for child in node)
        return told or any(_has_gradient(child, inside) for child in node)
    return False
