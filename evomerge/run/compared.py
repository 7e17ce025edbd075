"""Searches beside the run's own, which its winner is compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from evomerge.ledger import Ledger, Model, Role, Split
from evomerge.recipe import Budget
from evomerge.report.ending import RANDOM
from evomerge.run.baselines.baselines import Baselines
from evomerge.run.cycle.arm import Arm
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.by_chance import searched_by_chance
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.cycle.cycles import Cycles
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.selection import select
from evomerge.workers.protocol import Workers


@dataclass(frozen=True)
class Compared:
    """Searches that have as many evaluations as the run's own, and as much time as they like."""

    prepared: Prepared
    evaluations: Evaluations
    ledger: Ledger
    baselines: Baselines

    def controls(
        self, prepared: Prepared, evaluations: int, cycles_of: Callable[[Arm, Budget], Cycles]
    ) -> tuple[Prepared, dict[Model, Offspring]]:
        """Search once more without each of the things that the recipe's `controls` name.

        Args:
            prepared: of the search's own last cycle.
            evaluations: that the search has had.
            cycles_of: makes what searches.

        Returns:
            The recipe with all parents that the models found are made of, and these.
        """
        budget, found = Budget(evaluations=max(1, evaluations)), dict[Model, Offspring]()
        for place, control in enumerate(prepared.evolve.controls):
            cycles = cycles_of(Arm(control, place), budget)
            own, winner = cycles.run(partial(self._chosen, cycles))
            found[Model(Role.CONTROL, control)] = winner
            prepared = prepared.with_parents(prepared.recipe, [*own.parents.values()])
        return prepared, found

    def _chosen(
        self, cycles: Cycles, prepared: Prepared, workers: Workers
    ) -> tuple[Prepared, Offspring]:
        self.baselines.score(Split.VALIDATION, workers)
        return prepared, self._best(cycles.finalists, workers)

    def at_random(self, evaluations: int, workers: Workers) -> Offspring:
        """What random search finds with as many candidates as the search has had."""
        by_chance = searched_by_chance(self.prepared.recipe)
        prepared = self.prepared.with_parents(by_chance, ()).starting()
        cycle = Cycle(RANDOM, prepared, self.evaluations, self.ledger, Spent())
        budget = Budget(evaluations=max(1, evaluations))
        cycle.run(workers, Allowance(budget, 1.0, lambda: 0.0))
        return self._best(cycle.finalists, workers)

    def _best(self, finalists: Sequence[Offspring], workers: Workers) -> Offspring:
        models = self.baselines.models
        return select(self.evaluations, self.prepared, finalists, models, workers).winner
