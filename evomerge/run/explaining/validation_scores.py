"""What ablated recipes score on the validation items, each once, within a budget of recipes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evomerge.ledger import ItemScore, Split, Trial
from evomerge.recipe import Recipe
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.explaining.explanation import Effect
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.proof.mean_scores import mean_scores
from evomerge.score.proof.scale import Scale
from evomerge.score.proof.statistics import difference
from evomerge.workers.protocol import Workers


class ValidationScores:
    """Scores recipes.

    A recipe is counted when it is asked for first, whether the ledger knows its scores or not: so
    the same budget comes to the same again, and what is on record costs nothing.

    Args:
        budget: how many recipes.
        free: digests that are not counted: the run has scored them.
    """

    def __init__(
        self,
        prepared: Prepared,
        evaluations: Evaluations,
        workers: Workers,
        budget: int,
        free: Iterable[str],
    ) -> None:
        self._prepared, self._evaluations, self._workers = prepared, evaluations, workers
        self._free, self._counted = frozenset(free), dict[str, None]()
        self.budget = budget
        self._trials: dict[str, Trial] = {}
        self._met: dict[int, tuple[Recipe, Offspring]] = {}
        """Recipes that are met again, by identity, and so kept: what one is made of takes time."""

    @property
    def spent(self) -> int:
        """Recipes counted so far."""
        return len(self._counted)

    def offspring(self, recipe: Recipe) -> Offspring:
        """A recipe under the digest that its weights have in the run."""
        if id(recipe) not in self._met:
            known = self._evaluations.known.of(self._prepared, recipe)
            self._met[id(recipe)] = recipe, known
        return self._met[id(recipe)][1]

    def admits(self, recipes: Sequence[Recipe], limit: int | None = None) -> bool:
        """Whether the budget has room for these, which are counted then.

        Args:
            limit: instead of the budget: of all that is counted.
        """
        digests = {self.offspring(recipe).digest: None for recipe in recipes}
        new = [d for d in digests if d not in self._free and d not in self._counted]
        if len(self._counted) + len(new) > (self.budget if limit is None else limit):
            return False
        self._counted |= dict.fromkeys(new)
        return True

    def score(self, recipes: Iterable[Recipe]) -> None:
        """Score recipes that were admitted, as many at a time as there are workers."""
        each = {one.digest: one for one in map(self.offspring, recipes)}
        new = [one for digest, one in each.items() if digest not in self._trials]
        trials = self._evaluations.score(new, Split.VALIDATION, self._workers)
        self._trials |= {trial.digest: trial for trial in trials}

    def trial(self, recipe: Recipe) -> Trial:
        """How a recipe ended that was scored."""
        return self._trials[self.offspring(recipe).digest]

    def failure(self, recipes: Iterable[Recipe]) -> str:
        """Why one of some recipes that were scored has no fitness; "" where all have."""
        trials = map(self.trial, recipes)
        return next((trial.reason for trial in trials if trial.fitness is None), "")

    def fitness(self, recipes: Sequence[Recipe]) -> float:
        """Of several: their mean."""
        values = [self.trial(recipe).fitness or 0.0 for recipe in recipes]
        return sum(values) / len(values)

    def scores(self, recipes: Sequence[Recipe]) -> list[ItemScore]:
        """Item scores; of several recipes their mean."""
        return mean_scores([self.trial(recipe).scores for recipe in recipes])

    def effect(self, ours: Sequence[Recipe], theirs: Sequence[Recipe]) -> Effect:
        """By how much ours are better than theirs; nothing where the weights are the same."""
        digests = [{self.offspring(r).digest for r in recipes} for recipes in (ours, theirs)]
        if digests[0] == digests[1]:
            return Effect(0.0, 0.0)
        error = self.item_error(self.scores(ours), self.scores(theirs))
        return Effect(self.fitness(ours) - self.fitness(theirs), error)

    def item_error(self, ours: Sequence[ItemScore], theirs: Sequence[ItemScore]) -> float:
        """Standard error of a difference in fitness over items like these, paired."""
        benchmark = self._prepared.benchmark
        _, error = difference(
            ours, theirs, benchmark.aggregate, units=benchmark.units, scales=self._scales
        )
        return error

    @property
    def _scales(self) -> Mapping[str, Scale]:
        terms = self._prepared.benchmark.terms
        return {term.task: term.scale for term in terms if term.scale is not None}
