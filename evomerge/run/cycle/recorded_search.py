"""The candidates of one cycle: asked for, counted against the budget, told; the best of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from evomerge.ledger import Ledger, Place, Split, Trial
from evomerge.recipe import Recipe
from evomerge.run.cycle.budget import Spent
from evomerge.run.cycle.history import History
from evomerge.run.cycle.outcomes import Raced
from evomerge.run.cycle.search import Search
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.goals import goal_scores
from evomerge.search import Archive, Candidate, Elite, ParetoArchive

SEED_STRIDE = 1_000_003
"""Between the seeds of one cycle's search and the next."""

MORE = 2
"""Candidates that run in the final race beyond as many as there are elites."""


@dataclass(frozen=True)
class InFlight:
    """A candidate that was asked for."""

    candidate: Candidate
    offspring: Offspring
    number: int
    """In the run."""


class RecordedSearch:
    """What a cycle's search asks for, and what becomes of it.

    Args:
        cycle: its number.
        spent: brought up to date as candidates are counted.
        nth: the number by which chance is counted; the cycle's by default.
    """

    def __init__(
        self,
        cycle: int,
        prepared: Prepared,
        evaluations: Evaluations,
        ledger: Ledger,
        spent: Spent,
        nth: int | None = None,
    ) -> None:
        self.cycle, self.spent = cycle, spent
        self._prepared, self._evaluations = prepared, evaluations
        self.history = History(ledger)
        seed = prepared.evolve.seed + (cycle if nth is None else nth) * SEED_STRIDE
        self.search = Search(prepared.recipe, seed=seed % 2**63, starts=prepared.starts)
        elites = prepared.evolve.elites
        self._archive = ParetoArchive(elites) if self.search.goals else Archive(elites + MORE)
        self._met: dict[str, Offspring] = {}
        self._told: dict[int, Offspring] = {}
        """Members of the algorithm's archive of niches, by their number in the search."""
        self._lately: tuple[set[str], set[str]] = set(), set()
        """Digests of the best when the generation before the last was asked for, and the last."""

    def ask(self, count: int | None = None) -> list[InFlight]:
        """The next ones, on record from now on.

        Args:
            count: how many at most; a generation by default.

        Raises:
            Diverged: one is not what an earlier session asked for.
        """
        candidates = self.search.ask(count)
        self._lately = self._lately[1], {elite.digest for elite in self._archive.best()}
        offspring = [self._offspring(candidate) for candidate in candidates]
        numbers = self.history.ask(candidates, offspring, self.search.genes)
        return [InFlight(*each) for each in zip(candidates, offspring, numbers, strict=True)]

    def _offspring(self, candidate: Candidate) -> Offspring:
        """A candidate, as it was known where an earlier session asked for it."""
        place = Place(self.cycle, candidate.generation, candidate.position)
        known, asked = self._evaluations.known, self.history.at(place, candidate.genome)
        if asked is not None:
            return known.recalled(partial(self.search.decode, asked.genome), asked)
        return known.of(self._prepared, self.search.recipe_of(candidate), place)

    def count(self, offspring: Offspring, trial: Trial) -> None:
        """Take what a trial took from the budget, and note how good it was."""
        self.spent.seen.add(offspring.digest)
        results = self._evaluations.results(offspring.digest, Split.SEARCH)
        self.spent.take(offspring.digest, results, results.covered_by(trial.scores))
        if trial.fitness is not None:
            self._met.setdefault(offspring.digest, offspring)
            goals = self._goals_of(trial)
            elite = Elite(offspring.digest, trial.fitness, trial.violation, trial.cut, goals)
            self._archive.add(elite)
        self._met = {d: known for d, known in self._met.items() if d in self._archive}

    def _goals_of(self, trial: Trial) -> tuple[float, ...]:
        """The scores that the search is told of beside the fitness."""
        if not self.search.goals or trial.fitness is None:
            return ()
        scores = goal_scores(self._prepared.benchmark, trial.task_means)
        return tuple(scores[goal] for goal in self.search.goals)

    def tell(self, told: Sequence[InFlight], raced: Sequence[Raced]) -> None:
        """Tell the search how some came out, on record from now on.

        Raises:
            Diverged: an earlier session was told otherwise.
        """
        raced = [replace(one, goals=self._goals_of(one.trial)) for one in raced]
        records = [self._records_of(one.trial) for one in raced]
        self.history.tell([each.number for each in told], raced, records)
        for each, one in zip(told, raced, strict=True):
            self.search.tell(each.candidate, one.outcome)
        self._keep(told)

    def _keep(self, told: Sequence[InFlight]) -> None:
        """Remember who is in the algorithm's archive of niches."""
        known = {**self._told, **{each.candidate.number: each.offspring for each in told}}
        self._told = {number: known[number] for number in self.search.kept() or ()}

    def _records_of(self, trial: Trial) -> tuple[int, ...]:
        """The numbers of the records that a trial rests on."""
        results = self._evaluations.results(trial.digest, Split.SEARCH)
        return results.records_of(results.covered_by(trial.scores))

    def best(self) -> list[Offspring]:
        """The best so far: somewhat more than become elites; or, of several goals or niches, those
        that stand for all that were found, the fittest first.
        """
        best = [self._met[elite.digest] for elite in self._archive.best()]
        if self._told:
            niches = {each.digest: each for each in [*best[:1], *self._told.values()]}
            return [*niches.values()][: self._prepared.evolve.elites]
        return best

    def lasting(self) -> list[Offspring]:
        """Those of the best that a whole generation has not replaced."""
        return [each for each in self.best() if each.digest in self._lately[0]]

    def mean(self) -> Offspring | None:
        """The middle of the search distribution, if it has one."""
        recipe: Recipe | None = self.search.mean()
        return None if recipe is None else self._evaluations.known.of(self._prepared, recipe)
