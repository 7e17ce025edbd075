"""The front of the finalists on validation items, where an algorithm searches for several goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evomerge.ledger import Front, RankedFinalist, Trial
from evomerge.run.preparation.goals import goals_of
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.goals import goal_scores
from evomerge.search.dominance import Goals, front
from evomerge.search.hypervolume import hypervolume, knee


@dataclass(frozen=True)
class Aims:
    """What finalists are compared by beside their fitness.

    Args:
        unsearched: trials of parents and uniform merge on the validation items.
    """

    prepared: Prepared
    unsearched: Sequence[Trial]

    @property
    def _names(self) -> tuple[str, ...]:
        return goals_of(self.prepared.recipe)

    def scores(self, trial: Trial) -> Goals:
        """What a model scored at each goal; () where the fitness is all."""
        if not self._names:
            return ()
        found = goal_scores(self.prepared.benchmark, trial.task_means)
        return tuple(found[goal] for goal in self._names)

    def front(self, ranked: Sequence[RankedFinalist]) -> Front | None:
        """The front of the finalists; None where the fitness is all."""
        if not self._names:
            return None
        members = front(ranked)
        points = [member.goals for member in members]
        lowest = tuple(map(min, zip(*map(self.scores, self.unsearched), strict=True)))
        return Front(
            self._names,
            tuple(member.digest for member in members),
            members[knee(points)].digest,
            hypervolume(points, lowest),
            lowest,
            self.prepared.evolve.winner,
        )
