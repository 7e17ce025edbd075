"""One cycle: a search from its first generation until its share of the budget is spent."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.ledger import CycleEnded, Ledger, Place, Split, Trial
from evomerge.report.ending import ending_of
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.history import History
from evomerge.run.cycle.outcomes import Raced
from evomerge.run.cycle.racing import Racing
from evomerge.run.cycle.search import Search
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.search import Archive, Candidate, Elite
from evomerge.workers.protocol import Workers

SEED_STRIDE = 1_000_003
"""Between the seeds of one cycle's search and the next."""

STALE_GENERATIONS = 20
"""A search ends that has proposed nothing new for so many generations."""

NOTHING_NEW = (
    f"{STALE_GENERATIONS} generations in a row proposed no offspring that had not been scored "
    "before: the genes have no more to give (`evomerge check` names those without effect)"
)

MORE = 2
"""Candidates that run in the final race beyond as many as there are elites."""


class Cycle:
    """A search over one recipe's genes.

    Args:
        number: counted from 0, or :data:`evomerge.report.ending.RANDOM`.
        spent: brought up to date as candidates are evaluated.
    """

    def __init__(
        self,
        number: int,
        prepared: Prepared,
        evaluations: Evaluations,
        ledger: Ledger,
        spent: Spent,
    ) -> None:
        self.number, self._prepared = number, prepared
        self._evaluations, self._ledger, self._spent = evaluations, ledger, spent
        self._history = History(ledger)
        seed = prepared.evolve.seed + number * SEED_STRIDE
        self._search = Search(prepared.recipe, seed=seed % 2**63)
        self._racing = Racing(prepared, evaluations, number)
        self._contenders = Archive(prepared.evolve.elites + MORE)
        self._met: dict[str, Offspring] = {}
        self.elites: list[Offspring] = []

    @property
    def finalists(self) -> list[Offspring]:
        """The elites, best first, and the middle of the search distribution."""
        mean = self._search.mean()
        if mean is None:
            return self.elites
        offspring = self._evaluations.known.of(self._prepared, mean)
        known = {elite.digest for elite in self.elites}
        return self.elites if offspring.digest in known else [*self.elites, offspring]

    def run(self, workers: Workers, allowance: Allowance) -> None:
        """Search until the allowance is spent; then find the elites among the best."""
        ended = ending_of(self._ledger.events(), self.number)
        generation = stale = 0
        complete = True
        while complete and stale < STALE_GENERATIONS and not self._over:
            if ended is not None and generation == ended.generations:
                break
            complete, fresh = self._generation(generation, workers, allowance, ended)
            generation += 1
            stale = 0 if fresh else stale + 1
        if ended is None:
            early = self._over or (NOTHING_NEW if stale == STALE_GENERATIONS else None)
            spent, looks = allowance.spent(self._spent), self._racing.looks
            limits, active_s = allowance.limits, self._ledger.active_s
            self._ledger.record(
                CycleEnded(self.number, generation, looks, early, spent, limits, active_s)
            )
        self._find_elites(workers)

    @property
    def _over(self) -> str | None:
        """Why nothing more is to be found, if there is a reason."""
        return self._racing.exhausted or self._search.finished()

    def _generation(
        self,
        generation: int,
        workers: Workers,
        allowance: Allowance,
        ended: CycleEnded | None,
    ) -> tuple[bool, bool]:
        """Ask, evaluate, tell. Whether the budget lasted, and whether anything was new."""
        candidates = self._search.ask()
        offspring = [
            self._offspring(candidate, Place(self.number, generation, position))
            for position, candidate in enumerate(candidates)
        ]
        numbers = self._history.ask(candidates, offspring, self._search.genes)
        fresh = {each.digest for each in offspring} - self._spent.seen
        admitted = self._admit(offspring, allowance)
        is_last = ended is not None and generation == ended.generations - 1
        raced = self._racing.generation(
            admitted,
            generation,
            self._search.selects(max(1, len(admitted))),
            workers,
            lambda: ended is None and allowance.in_time,
            ended.looks if ended is not None and is_last else None,
        )
        self._count(admitted, raced)
        whole = len(raced) == len(offspring) and None not in raced
        complete = whole and not self._racing.broken_off
        if complete:
            known = [one for one in raced if one is not None]
            self._history.tell(numbers, known, [self._records_of(one.trial) for one in known])
            for candidate, one in zip(candidates, known, strict=True):
                self._search.tell(candidate, one.outcome)
        return complete, bool(fresh)

    def _offspring(self, candidate: Candidate, place: Place) -> Offspring:
        """A candidate, as it was known where an earlier session asked for it."""
        recipe = self._search.recipe_of(candidate)
        known, asked = self._evaluations.known, self._history.at(place, candidate.genome)
        if asked is not None:
            return known.recalled(recipe, asked)
        return known.of(self._prepared, recipe, place)

    def _admit(self, offspring: Sequence[Offspring], allowance: Allowance) -> list[Offspring]:
        """Those that the budget still covers, in the order of asking; a recipe counts once."""
        evaluations, new = self._spent.evaluations, set[str]()
        for number, each in enumerate(offspring):
            if each.digest in new or each.digest in self._spent.seen:
                continue
            if not allowance.covers(evaluations, self._spent.tokens):
                return list(offspring[:number])
            evaluations += 1
            new.add(each.digest)
        return list(offspring)

    def _count(self, offspring: Sequence[Offspring], raced: Sequence[Raced | None]) -> None:
        """Take what a generation took from the budget, and note its candidates."""
        for each, one in zip(offspring, raced, strict=True):
            if one is None:
                continue
            trial = one.trial
            self._spent.seen.add(each.digest)
            results = self._evaluations.results(each.digest, Split.SEARCH)
            self._spent.take(each.digest, results, [(s.task, s.item) for s in trial.scores])
            if trial.fitness is not None:
                self._met.setdefault(each.digest, each)
                self._contenders.add(Elite(each.digest, trial.fitness, trial.violation, trial.cut))
        self._met = {e.digest: self._met[e.digest] for e in self._contenders.best()}

    def _records_of(self, trial: Trial) -> tuple[int, ...]:
        """The numbers of the records that a trial rests on."""
        results = self._evaluations.results(trial.digest, Split.SEARCH)
        return results.records_of(results.set_of(score.key for score in trial.scores))

    def _find_elites(self, workers: Workers) -> None:
        """A last race, over all items, among the best of all generations."""
        contenders = [self._met[elite.digest] for elite in self._contenders.best()]
        trials = self._racing.final(contenders, self._prepared.evolve.elites, workers)
        self.elites = [self._met[trial.digest] for trial in trials]
