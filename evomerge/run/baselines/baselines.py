"""What a winner is measured against: each parent alone, and their plain average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.errors import EvomergeError, ParentError, RecipeError
from evomerge.ledger import (
    SEEN,
    UNIFORM,
    BaselinesNamed,
    ItemScore,
    Ledger,
    Model,
    Named,
    Role,
    Split,
)
from evomerge.merge.plan.contract import inputs_of
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.baselines.references import (
    calibrate,
    check_aggregate,
    check_scales,
    failures,
    require,
)
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.preparation.preflight import Prepared
from evomerge.weights import Parent, check_alike
from evomerge.workers.protocol import Workers


class Baselines:
    """The parents and their uniform merge.

    What could not be scored in an earlier session is tried again.
    """

    def __init__(self, prepared: Prepared, evaluations: Evaluations, ledger: Ledger) -> None:
        self._prepared, self._evaluations = prepared, evaluations
        recipes = parent_recipes(prepared.recipe)
        uniform = uniform_recipe(prepared.recipe, prepared.parents)
        if uniform is not None:
            recipes[UNIFORM] = uniform
        self.models = {model: evaluations.known.of(prepared, r) for model, r in recipes.items()}
        if not ledger.all_of(BaselinesNamed):
            named = (Named(model, offspring.digest) for model, offspring in self.models.items())
            ledger.record(BaselinesNamed(tuple(named)))
        for offspring in self.models.values():
            for split in SEEN:
                evaluations.results(offspring.digest, split).forgive()

    def score(self, split: Split, workers: Workers) -> None:
        """Score them all on a split, and measure floors and ranges by the parents.

        Raises:
            EvomergeError: one of them cannot be scored, or their scores cannot become one fitness.
        """
        evaluations = self._evaluations
        evaluations.ask([*self.models.values()], split, workers)
        if failures(evaluations, self.models, split):
            self._conclude(split)
            require(evaluations, self.models, split)
        scores = {
            model: evaluations.scores(offspring, split) for model, offspring in self.models.items()
        }
        try:
            self._check(scores, split)
        except RecipeError as error:  # which says that nothing was written, and here a run began
            raise EvomergeError(str(error)) from None
        self._conclude(split)

    def _check(self, scores: Mapping[Model, Sequence[ItemScore]], split: Split) -> None:
        recipe, benchmark = self._prepared.recipe, self._prepared.benchmark
        for of_model in scores.values():
            check_scales(recipe, benchmark, of_model)
        calibrate(self._evaluations, benchmark, self.models, split)
        try:
            check_aggregate(benchmark, scores, split)
        except RecipeError as error:
            raise RecipeError(f"{recipe.at('evolve', 'aggregate')}{error}") from None

    def _conclude(self, split: Split) -> None:
        for offspring in self.models.values():
            self._evaluations.conclude(offspring, split)


def parent_recipes(recipe: Recipe) -> dict[Model, Recipe]:
    """A recipe for each parent that makes it anew in the offspring's type."""
    roles = {
        name: Role.BASE if name == recipe.base_model else Role.PARENT
        for name in recipe.parent_names
    }
    return {Model(role, name): _average(recipe, (name,)) for name, role in roles.items()}


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
