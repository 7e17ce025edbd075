"""What a winner is measured against: each parent alone, and their plain average."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evomerge.errors import ParentError, RecipeError
from evomerge.ledger import Ledger
from evomerge.merge.plan.contract import inputs_of
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.evaluations import Evaluations
from evomerge.run.preflight import Prepared
from evomerge.run.references import calibrate, check_aggregate, check_scales, failures, require
from evomerge.score.splits import SEEN, Split
from evomerge.weights import Parent, check_alike
from evomerge.workers.protocol import Workers

UNIFORM = "uniform"


class Baselines:
    """The parents and their uniform merge, by name.

    What could not be scored in an earlier session is tried again.
    """

    def __init__(self, prepared: Prepared, evaluations: Evaluations, ledger: Ledger) -> None:
        self._prepared, self._evaluations = prepared, evaluations
        recipes = parent_recipes(prepared.recipe)
        uniform = uniform_recipe(prepared.recipe, prepared.parents)
        if uniform is not None:
            recipes[UNIFORM] = uniform
        self.models = {
            name: evaluations.offspring.wanted(prepared, r) for name, r in recipes.items()
        }
        if not ledger.events("baselines"):
            ledger.event("baselines", **{name: w.digest for name, w in self.models.items()})
        for wanted in self.models.values():
            for split in SEEN:
                evaluations.sheet(wanted.digest, split).forgive()

    def score(self, split: Split, workers: Workers) -> None:
        """Score them all on a split, and measure floors and ranges by the parents.

        Raises:
            EvomergeError: one of them cannot be scored.
            RecipeError: their scores cannot become one fitness.
        """
        evaluations, benchmark = self._evaluations, self._prepared.benchmark
        parents = {name: w for name, w in self.models.items() if name != UNIFORM}
        evaluations.ask([*self.models.values()], split, workers)
        if failures(evaluations, self.models, split):
            self._conclude(split)
            require(evaluations, self.models, split)
        scores = {
            name: [*evaluations.sheet(wanted.digest, split).scores.values()]
            for name, wanted in self.models.items()
        }
        for of_model in scores.values():
            check_scales(self._prepared.recipe, benchmark, of_model)
        calibrate(evaluations, benchmark, parents, split)
        try:
            check_aggregate(benchmark, scores, parents, split)
        except RecipeError as error:
            at = self._prepared.recipe.at("evolve", "aggregate")
            raise RecipeError(f"{at}{error}") from None
        self._conclude(split)

    def _conclude(self, split: Split) -> None:
        for wanted in self.models.values():
            self._evaluations.conclude(wanted, split)


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
