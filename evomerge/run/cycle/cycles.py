"""Searches one after the other, whose parents are also what the one before has come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from evomerge.ledger import Correction, Ledger, Split
from evomerge.recipe import Budget
from evomerge.run.baselines.baselines import Baselines
from evomerge.run.cycle.arm import Arm
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.cycle.gains import Gains
from evomerge.run.cycle.joining import joined, joining, starts_with
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.foreseen import Foreseen
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.loop.loop import Loop
from evomerge.run.placement import MakeWorkers
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.release import ReleaseWriter
from evomerge.run.watching.watch import Watch
from evomerge.workers.protocol import Workers

T = TypeVar("T")


@dataclass
class Cycles:
    """All cycles of one arm.

    Args:
        prepared: the recipe of the first one, over root parents.
        elapsed: seconds that count against the budget's minutes.
        begun: called when parents are scored and before a cycle searches.
        release: writes elites that become parents.
        clean: takes out elites that must not become parents.
        corrections: what elites should have answered.
        loop: what elites make for the next cycle.
        require_unchanged: checks after each generation that what judges is what it was.
        watch: looks at each generation of the search itself; None where no rail is on.
    """

    arm: Arm
    prepared: Prepared
    budget: Budget
    elapsed: Callable[[], float]
    evaluations: Evaluations
    ledger: Ledger
    baselines: Baselines
    begun: Callable[[Spent, Workers], None]
    release: ReleaseWriter
    make_workers: MakeWorkers
    clean: Callable[[list[Offspring], Workers], list[Offspring]]
    corrections: Callable[[list[Offspring], Workers], list[Correction]]
    loop: Loop
    require_unchanged: Callable[[], None]
    watch: Watch | None = None
    spent: Spent = field(default_factory=Spent)
    finalists: list[Offspring] = field(default_factory=list)
    _cycle: Cycle | None = None

    def __post_init__(self) -> None:
        self._gains = Gains(self.prepared, self.evaluations, self.ledger)

    def run(self, then: Callable[[Prepared, Workers], T]) -> T:
        """Search, cycle after cycle, while one gains.

        Args:
            then: what is done with the last cycle's workers, and given back.

        Raises:
            Stopped: the checkpoint said so, or the ledger cannot be written; resume later.
            EvomergeError: nothing could be scored.
        """
        prepared, cycles = self.prepared, self.prepared.evolve.cycles
        for nth in range(cycles):
            allowance = Allowance(self.budget, (nth + 1) / cycles, self.elapsed)
            with (
                self.make_workers(prepared) as workers,
                self.evaluations.driven(workers, self._foreseen),
            ):
                self.baselines.score(Split.SEARCH, workers)
                self.begun(self.spent, workers)
                cycle = self._search(nth, prepared, workers, allowance)
                finalists, elites = cycle.finalists, cycle.elites
                cycle.elites = self.clean(elites, workers)
                corrections = [] if self.arm.control else self.corrections(elites, workers)
                if not self._goes_on(cycle, finalists, workers) or nth == cycles - 1:
                    self.evaluations.admit(None)
                    return then(prepared, workers)
            prepared = self._next(nth, prepared, cycle, corrections)
        raise AssertionError("a recipe has a cycle")

    def _search(
        self, nth: int, prepared: Prepared, workers: Workers, allowance: Allowance
    ) -> Cycle:
        number = self.arm.number(nth)
        watch = None if self.arm.control else self.watch
        own = self.evaluations, self.ledger, self.spent, nth, watch, self.require_unchanged
        cycle = Cycle(number, prepared, *own)
        self._cycle = cycle
        cycle.run(workers, allowance)
        return cycle

    def _goes_on(self, cycle: Cycle, finalists: list[Offspring], workers: Workers) -> bool:
        """Whether another cycle is worth it; of a loop always: its next one has other data.

        A loop's items are judged by no validation item, so its cycles need not gain there: one that
        loses is refused, and what came before it stands.
        """
        baselines = [*self.baselines.models.values()]
        if not self.loop.closes:
            self.finalists += finalists
            several = self.prepared.evolve.cycles > 1
            return several and self._gains.judge(cycle, baselines, workers)
        if self._gains.judge(cycle, baselines, workers, within_error=True) or not self.finalists:
            self.finalists, self._elites = finalists, cycle.elites
        return True

    def _next(
        self, nth: int, prepared: Prepared, cycle: Cycle, corrections: Sequence[Correction]
    ) -> Prepared:
        """The next cycle's recipe, in which elites and what was trained are parents as well."""
        root = self.prepared.recipe
        elites = joining(root, self._elites if self.loop.closes else cycle.elites)
        parents = [self.release.as_parent(elite, prepared) for elite in elites]
        named = {parent.name: elite for parent, elite in zip(parents, elites, strict=True)}
        for name, elite in named.items():
            self._gains.joined(elite, name)
        whole = prepared.with_parents(prepared.recipe, parents)
        made = self.loop.renewed(nth, whole, elites, corrections)
        self.evaluations.admit(made.term)
        self.spent.tokens += made.tokens
        trained = [parent.name for parent in made.parents]
        recipe = joined(root, named, trained)
        parents = [*parents, *made.parents]
        return prepared.with_parents(recipe, parents).starting(starts_with(recipe, trained))

    def _foreseen(self) -> Iterator[Foreseen]:
        """What will probably be asked when the search has ended: who is chosen among on validation
        items.
        """
        if self._cycle is not None:
            for each in [*self.baselines.models.values(), *self.finalists]:
                yield Foreseen(each, Split.VALIDATION, leaves=self._cycle.breadth)
            yield from self._cycle.foreseen()
