"""One cycle: a search from its first generation until its share of the budget is spent."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.ledger import CycleEnded, Ledger, Place, Split, Told, Trial
from evomerge.recipe import Recipe
from evomerge.run.budget import Allowance, Spent
from evomerge.run.ending import ending_of
from evomerge.run.evaluations import Evaluations
from evomerge.run.history import History
from evomerge.run.preflight import Prepared
from evomerge.run.racing import Racing
from evomerge.run.sheet import Wanted
from evomerge.search import Archive, Elite, Search, Vector
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
        number: counted from 0, or :data:`evomerge.run.ending.RANDOM`.
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
        self._met: dict[str, Wanted] = {}
        self.elites: list[Wanted] = []

    @property
    def finalists(self) -> list[Wanted]:
        """The elites, best first, and the middle of the search distribution."""
        mean = self._search.mean()
        if mean is None:
            return self.elites
        wanted = self._evaluations.offspring.wanted(self._prepared, mean)
        known = {elite.digest for elite in self.elites}
        return self.elites if wanted.digest in known else [*self.elites, wanted]

    def run(self, workers: Workers, allowance: Allowance) -> None:
        """Search until the allowance is spent; then find the elites among the best."""
        ended = ending_of(self._ledger.events(), self.number)
        generation = stale = 0
        complete = True
        while complete and stale < STALE_GENERATIONS and not self._racing.exhausted:
            if ended is not None and generation == ended.generations:
                break
            complete, fresh = self._generation(generation, workers, allowance, ended)
            generation += 1
            stale = 0 if fresh else stale + 1
        if ended is None:
            early = self._racing.exhausted or (NOTHING_NEW if stale == STALE_GENERATIONS else None)
            spent, looks = allowance.spent(self._spent), self._racing.looks
            limits, active_s = allowance.limits, self._ledger.active_s
            self._ledger.record(
                CycleEnded(self.number, generation, looks, early, spent, limits, active_s)
            )
        self._find_elites(workers)

    def _generation(
        self,
        generation: int,
        workers: Workers,
        allowance: Allowance,
        ended: CycleEnded | None,
    ) -> tuple[bool, bool]:
        """Ask, evaluate, tell. Whether the budget lasted, and whether anything was new."""
        wanted = [
            self._wanted(recipe, genome, Place(self.number, generation, position))
            for position, (recipe, genome) in enumerate(
                zip(self._search.ask(), self._search.asked, strict=True)
            )
        ]
        numbers = self._history.ask(self._search.asked, wanted, self._search.genes)
        fresh = {w.digest for w in wanted} - self._spent.seen
        admitted = self._admit(wanted, allowance)
        is_last = ended is not None and generation == ended.generations - 1
        trials = self._racing.generation(
            admitted,
            generation,
            workers,
            lambda: ended is None and allowance.in_time,
            ended.looks if ended is not None and is_last else None,
        )
        self._count(admitted, trials)
        whole = len(trials) == len(wanted) and None not in trials
        complete = whole and not self._racing.broken_off
        if complete:
            ended_as = [trial for trial in trials if trial is not None]
            parts = [self._records_of(trial) for trial in ended_as]
            self._search.tell(merits(self._history.tell(numbers, ended_as, parts)))
        return complete, bool(fresh)

    def _wanted(self, recipe: Recipe, genome: Vector, place: Place) -> Wanted:
        """A candidate, as it was known where an earlier session asked for it."""
        offspring, asked = self._evaluations.offspring, self._history.at(place, genome)
        if asked is not None:
            return offspring.recalled(recipe, asked)
        return offspring.wanted(self._prepared, recipe, place)

    def _admit(self, wanted: Sequence[Wanted], allowance: Allowance) -> list[Wanted]:
        """Those that the budget still covers, in the order of asking; a recipe counts once."""
        evaluations, new = self._spent.evaluations, set[str]()
        for number, w in enumerate(wanted):
            if w.digest in new or w.digest in self._spent.seen:
                continue
            if not allowance.covers(evaluations, self._spent.tokens):
                return list(wanted[:number])
            evaluations += 1
            new.add(w.digest)
        return list(wanted)

    def _count(self, wanted: Sequence[Wanted], trials: Sequence[Trial | None]) -> None:
        """Take what a generation took from the budget, and note its candidates."""
        for w, trial in zip(wanted, trials, strict=True):
            if trial is None:
                continue
            self._spent.seen.add(w.digest)
            sheet = self._evaluations.sheet(w.digest, Split.SEARCH)
            self._spent.take(w.digest, sheet, [(s.task, s.item) for s in trial.scores])
            if trial.fitness is not None:
                self._met.setdefault(w.digest, w)
                self._contenders.add(Elite(w.digest, trial.fitness, trial.violation))
        self._met = {e.digest: self._met[e.digest] for e in self._contenders.best()}

    def _records_of(self, trial: Trial) -> tuple[int, ...]:
        """The numbers of the records that a trial rests on."""
        sheet = self._evaluations.sheet(trial.digest, Split.SEARCH)
        return sheet.records_of(sheet.set_of(score.key for score in trial.scores))

    def _find_elites(self, workers: Workers) -> None:
        """A last race, over all items, among the best of all generations."""
        contenders = [self._met[elite.digest] for elite in self._contenders.best()]
        trials = self._racing.final(contenders, self._prepared.evolve.elites, workers)
        self.elites = [self._met[trial.digest] for trial in trials]


def merits(told: Sequence[Told]) -> list[float | None]:
    """A generation in the order of merit: those that keep to the floors before those that do not.

    Deb's rules (2000): of two that keep to them the fitter is better, of two that do not the one
    that violates them less.
    """
    values = [one.objectives[0].value if one.objectives else None for one in told]
    keeping = [
        value
        for value, one in zip(values, told, strict=True)
        if value is not None and not one.violation
    ]
    below = min(keeping, default=0.0) - 1.0
    return [
        value if not one.violation or value is None else below - one.violation
        for value, one in zip(values, told, strict=True)
    ]
