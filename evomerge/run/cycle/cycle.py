"""One cycle: a search from its first candidate until its share of the budget is spent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from evomerge.ledger import CycleEnded, Ledger, Split
from evomerge.report.ending import ending_of
from evomerge.run.cycle.asynchronous import Asynchronous
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.generations import Generations
from evomerge.run.cycle.racing import Racing
from evomerge.run.cycle.recorded_search import RecordedSearch
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.foreseen import Foreseen
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.watching.watch import Watch
from evomerge.workers.protocol import Workers


class Cycle:
    """A search over one recipe's genes.

    Args:
        number: on record: counted from 0, or below 0 where it is compared with.
        spent: brought up to date as candidates are evaluated.
        nth: by which chance is counted: cycles of one number here draw alike. The number by
            default.
        watch: looks at each of its generations; None where no rail is on.
        require_unchanged: checks after each of them that what judges is what it was.
    """

    def __init__(
        self,
        number: int,
        prepared: Prepared,
        evaluations: Evaluations,
        ledger: Ledger,
        spent: Spent,
        nth: int | None = None,
        watch: Watch | None = None,
        require_unchanged: Callable[[], None] = lambda: None,
    ) -> None:
        self.number, nth = number, number if nth is None else nth
        self._evolve, self._ledger, self._spent = prepared.evolve, ledger, spent
        self._recorded = RecordedSearch(number, prepared, evaluations, ledger, spent, nth)
        self._racing = Racing(prepared, evaluations, nth)
        self._searching = (
            Asynchronous(self._recorded, evaluations)
            if self._evolve.schedule == "async"
            else Generations(self._recorded, self._racing, watch, require_unchanged)
        )
        self.elites: list[Offspring] = []
        self._mean: Offspring | None = None
        self.searches = True
        """Whether it has not ended yet, but for its last race."""

    @property
    def finalists(self) -> list[Offspring]:
        """The elites, best first, and the middle of the search distribution."""
        mean, known = self._mean, {elite.digest for elite in self.elites}
        return self.elites if mean is None or mean.digest in known else [*self.elites, mean]

    def run(self, workers: Workers, allowance: Allowance) -> None:
        """Search until the allowance is spent; then find the elites among the best.

        Raises:
            Diverged: it does not come to what an earlier session came to.
            Halted: a rail ends it.
        """
        ended = ending_of(self._ledger.events(), self.number)
        course = self._searching.run(workers, allowance, ended)
        self.searches, self._mean = False, self._recorded.mean()
        if ended is None:
            spent, limits = allowance.spent(self._spent), allowance.limits
            self._ledger.record(
                CycleEnded(
                    self.number,
                    course.generations,
                    course.looks,
                    course.early,
                    spent,
                    limits,
                    self._ledger.active_s,
                )
            )
        self._find_elites(workers)

    @property
    def breadth(self) -> int:
        """How many workers it may give something to do at any moment, while it searches."""
        return self._recorded.search.population if self.searches else 0

    def foreseen(self) -> Iterator[Foreseen]:
        """What will probably be asked of its finalists.

        While it searches, of those that have been among the best for a generation. Without
        generations no worker is idle, and nothing is foreseen.
        """
        if self.searches and self._evolve.schedule == "async":
            return
        best = self._recorded.lasting() if self.searches else self._recorded.best()
        for each in best[: self._evolve.elites]:
            yield Foreseen(each, Split.VALIDATION, leaves=self.breadth)
        if self._mean is not None:
            yield Foreseen(self._mean, Split.SEARCH)
            yield Foreseen(self._mean, Split.VALIDATION)

    def _find_elites(self, workers: Workers) -> None:
        """A last race, over all items, among the best of all generations."""
        contenders = self._recorded.best()
        trials = self._racing.final(contenders, self._evolve.elites, workers)
        by_digest = {each.digest: each for each in contenders}
        self.elites = [by_digest[trial.digest] for trial in trials]
