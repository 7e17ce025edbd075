"""The recipe of the next cycle: elites of the last one join its parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.errors import RecipeError
from evomerge.merge.plan.contract import methods_of
from evomerge.recipe import Genome, Recipe, recipe_from
from evomerge.recipe.starts import alone_start
from evomerge.run.cycle.stacking import require_stackable, stackable, stacked
from evomerge.run.evaluation.offspring import Offspring
from evomerge.search import Vector

WEIGHT = "weight"


def require_joinable(recipe: Recipe) -> None:
    """Check that elites can join the parents in a second cycle.

    Raises:
        RecipeError: they could not.
    """
    if recipe.path is not None:
        require_stackable(recipe)
        return
    at = recipe.at("evolve", "cycles")
    if recipe.models is None:
        parts = "modules" if recipe.modules is not None else "slices without a path"
        raise RecipeError(
            f"{at}{parts} take no more parents, so elites cannot join in a second cycle; say "
            "cycles: 1, or give models:"
        )
    limited = [method.name for method in methods_of(recipe) if method.models[1] is not None]
    if limited:
        raise RecipeError(
            f"{at}{limited[0]} takes no more parents, so elites cannot join in a second cycle; say "
            "cycles: 1, or take a method that merges more"
        )


def joining(recipe: Recipe, elites: Sequence[Offspring]) -> list[Offspring]:
    """Those of the elites that join the next cycle: all, or as many as a path has room for.

    Args:
        recipe: of the first cycle.
        elites: best first.
    """
    if recipe.path is None:
        return [*elites]
    return stackable(recipe, elites)


def joined(recipe: Recipe, elites: Mapping[str, Offspring], trained: Sequence[str] = ()) -> Recipe:
    """The recipe of the next cycle.

    Args:
        recipe: of the first cycle, over root parents.
        elites: one or more by their names, best first.
        trained: names of parents that were trained in the run.
    """
    if recipe.path is None:
        return mixed(recipe, [*elites], trained)
    return stacked(recipe, elites)


def mixed(recipe: Recipe, elites: Sequence[str], trained: Sequence[str] = ()) -> Recipe:
    """The recipe with elites, and what was trained, among its models.

    Both get the parameters that `joins:` says, or else the first model's, genes and all. The
    search begins where the last one ended: at equal shares of the elites, and with nothing of the
    parents that they are made of; as near to that as the genes' ranges allow. What was trained may
    be left out, whatever its weight's range is, and is at the beginning.
    """
    plain = recipe.plain()
    assert recipe.evolve is not None
    own = plain["evolve"].get("joins")
    pattern = next(m for m in plain["models"] if m["model"] != plain.get("base_model"))
    settings = {key: value for key, value in pattern.items() if key != "model"}
    if own is not None:
        settings["parameters"] = own
    for entry in plain["models"]:
        _begin_at(entry, 0.0)
    for name in (*elites, *trained):
        entry = {**settings, "model": name}
        if "parameters" in entry:
            entry["parameters"] = {**entry["parameters"]}
        if name in trained:
            _open_to_nothing(entry)
        _begin_at(entry, 0.0 if name in trained else 1 / len(elites))
        plain["models"].append(entry)
    return recipe_from(plain, recipe.source)


def starts_with(recipe: Recipe, trained: Sequence[str]) -> list[Vector]:
    """Where the search of a recipe with trained parents begins: at its own start, and at each of
    them alone, as far as genes express that; each of shape (n,).
    """
    genome = Genome(recipe)
    alone = [alone_start(genome, name) for name in trained]
    return [genome.start, *(start for start in alone if start is not None)] if trained else []


def _open_to_nothing(entry: dict[str, Any]) -> None:
    """Have the weight's range reach down to 0, where it is a gene with a range."""
    setting = entry.get("parameters", {}).get(WEIGHT)
    gene = setting.get("gene") if isinstance(setting, dict) else None
    if gene is not None and "choice" not in gene:
        entry["parameters"][WEIGHT] = {"gene": {**gene, "low": min(0.0, gene["low"])}}


def _begin_at(entry: dict[str, Any], weight: float) -> None:
    """Have the search begin at a weight, where it is a gene with a range."""
    setting = entry.get("parameters", {}).get(WEIGHT)
    gene = setting.get("gene") if isinstance(setting, dict) else None
    if gene is not None and "choice" not in gene:
        start = min(max(weight, gene["low"]), gene["high"])
        entry["parameters"][WEIGHT] = {"gene": {**gene, "start": start}}
