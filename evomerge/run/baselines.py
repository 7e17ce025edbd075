"""What a winner is measured against: each parent alone, and their plain average."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evomerge.errors import ParentError
from evomerge.merge.contract import inputs_of
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.evaluations import Evaluations
from evomerge.run.sheet import Wanted
from evomerge.score.benchmark import Benchmark
from evomerge.score.splits import Split
from evomerge.weights import Parent, check_alike
from evomerge.workers.protocol import Workers

UNIFORM = "uniform"


def calibrate(
    evaluations: Evaluations,
    benchmark: Benchmark,
    parents: Mapping[str, Wanted],
    split: Split,
    workers: Workers,
) -> dict[str, dict[str, float]]:
    """Score the parents on a split, and measure floors and ranges by them.

    Returns:
        Each parent's mean of each task, without the parents that cannot be scored.
    """
    evaluations.ask([*parents.values()], split, workers)
    sheets = {name: evaluations.sheet(w.digest, split) for name, w in parents.items()}
    means = {
        name: benchmark.task_means([*sheet.scores.values()])
        for name, sheet in sheets.items()
        if sheet.failure is None
    }
    if means:
        benchmark.calibrate(split, means)
    return means


def parent_recipes(recipe: Recipe) -> dict[str, Recipe]:
    """A recipe for each parent, by name, that makes it anew in the offspring's type."""
    return {name: _average(recipe, (name,)) for name in recipe.parent_names}


def uniform_recipe(recipe: Recipe, parents: Mapping[str, Parent]) -> Recipe | None:
    """The plain average of the parents, without the base where the method has one.

    None where there is nothing to average: one parent, or parents that differ in their layers.
    """
    names = tuple(dict.fromkeys(entry.model for entry in recipe.entries))
    names = inputs_of(recipe, names)
    try:
        check_alike([parents[name] for name in names])
    except ParentError:
        return None
    return _average(recipe, names) if len(names) > 1 else None


def _average(recipe: Recipe, names: tuple[str, ...]) -> Recipe:
    plain: dict[str, Any] = {
        "merge_method": "linear",
        "models": [{"model": name, "parameters": {"weight": 1.0}} for name in names],
    }
    if recipe.base_model in names or len(names) > 1:
        plain["base_model"] = recipe.base_model or names[0]
    for key in ("dtype", "out_dtype"):
        if value := getattr(recipe, key):
            plain[key] = value
    return recipe_from(plain)
