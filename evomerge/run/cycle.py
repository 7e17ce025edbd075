"""One cycle: a search from its first generation until its share of the budget is spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evomerge.ledger import Ledger, Place, Trial
from evomerge.run.budget import Allowance
from evomerge.run.evaluations import Evaluations, Wanted
from evomerge.run.preflight import Prepared
from evomerge.score.splits import Split
from evomerge.search import Archive, Elite, Search
from evomerge.workers.protocol import Workers

SEED_STRIDE = 1_000_003
"""Between the seeds of one cycle's search and the next."""

STALE_GENERATIONS = 20
"""A search ends that has proposed nothing new for so many generations."""


@dataclass
class Spent:
    """What the run's candidates have taken so far, in the order in which they were asked for."""

    evaluations: int = 0
    tokens: int = 0


class Cycle:
    """A search over one recipe's genes.

    Args:
        number: counted from 0.
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
        seed = prepared.evolve.seed + number * SEED_STRIDE
        self._search = Search(prepared.recipe, seed=seed)
        self.archive = Archive(prepared.evolve.elites)

    def run(self, workers: Workers, allowance: Allowance) -> None:
        """Search until the allowance is spent; then the archive holds the elites."""
        ended = self._ended_before()
        generation = stale = 0
        while stale < STALE_GENERATIONS and (ended is None or generation < ended):
            complete, fresh = self._generation(generation, workers, allowance)
            generation += 1
            stale = 0 if fresh else stale + 1
            if not complete:
                break
        if ended is None:
            self._ledger.event("cycle_ended", cycle=self.number, generations=generation)

    def mean(self) -> Wanted | None:
        """The middle of the search distribution, as a recipe."""
        recipe = self._search.mean()
        return None if recipe is None else Wanted(recipe, self._prepared.digest(recipe))

    def _ended_before(self) -> int | None:
        """How many generations the cycle had when it ended in an earlier session."""
        for event in self._ledger.events("cycle_ended"):
            if event.data["cycle"] == self.number:
                return int(event.data["generations"])
        return None

    def _generation(
        self, generation: int, workers: Workers, allowance: Allowance
    ) -> tuple[bool, bool]:
        """Ask, evaluate, tell. Whether the budget lasted, and whether anything was new."""
        wanted = [
            Wanted(recipe, self._prepared.digest(recipe), Place(self.number, generation, position))
            for position, recipe in enumerate(self._search.ask())
        ]
        ended = self._ended_before() is not None
        spent, held = self._spent, self._held(wanted)

        def admits(begun: int, tokens: int) -> bool:
            evaluations = spent.evaluations + held.evaluations + begun
            return not ended and allowance.admits(evaluations, spent.tokens + held.tokens + tokens)

        trials = self._evaluations.score(wanted, Split.SEARCH, workers, admits)
        counted = self._count(wanted, trials, allowance)
        for trial in counted:
            if trial is not None and trial.fitness is not None:
                self.archive.add(Elite(trial.digest, trial.fitness))
        complete = all(trial is not None for trial in counted)
        if complete:
            self._search.tell([trial.fitness if trial else None for trial in counted])
        return complete, any(t and t.place in {w.place for w in wanted} for t in counted)

    def _held(self, wanted: Sequence[Wanted]) -> Spent:
        """What an earlier session has spent on this generation already."""
        known = (self._evaluations.known.get((w.digest, Split.SEARCH)) for w in wanted)
        places = {w.place for w in wanted}
        tokens = [trial.cost.tokens for trial in known if trial and trial.place in places]
        return Spent(len(tokens), sum(tokens))

    def _count(
        self, wanted: Sequence[Wanted], trials: Sequence[Trial | None], allowance: Allowance
    ) -> list[Trial | None]:
        """Spend the budget in the order of asking, whatever the order in which trials ended.

        With several workers a trial may have begun before the one ahead of it used up the budget.
        It is recorded, and otherwise as if it had never begun.
        """
        counted: list[Trial | None] = []
        for w, trial in zip(wanted, trials, strict=True):
            is_new = trial is not None and trial.place == w.place
            if is_new and not allowance.covers(self._spent.evaluations, self._spent.tokens):
                trial = None
            counted.append(trial)
            if is_new and trial is not None:
                self._spent.evaluations += 1
                self._spent.tokens += trial.cost.tokens
        return counted
