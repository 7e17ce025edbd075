"""How a run's models are compared with each other: at one level, by its units and scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evomerge.ledger import ItemScore, Model
from evomerge.levels import holm
from evomerge.report.verdict import Against, FloorTest
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.comparison import Comparison
from evomerge.score.proof.scale import Scale
from evomerge.score.proof.statistics import compare, compare_task, non_inferior
from evomerge.score.tasks.term import Term

Scores = Sequence[ItemScore]


@dataclass(frozen=True)
class Comparing:
    """Compares item scores.

    Args:
        level: of each test; one-sided.
        seed: of the resampling.
    """

    benchmark: Benchmark
    level: float
    seed: int

    @property
    def scales(self) -> dict[str, Scale]:
        """What an item of each task can score."""
        terms = self.benchmark.terms
        return {term.task: term.scale for term in terms if term.scale is not None}

    def fitness(self, ours: Scores, theirs: Scores) -> Comparison:
        """Compare two models' fitness."""
        return compare(
            ours,
            theirs,
            self.benchmark.aggregate,
            self.seed,
            level=self.level,
            units=self.benchmark.units,
            scales=self.scales,
        )

    def task(self, ours: Scores, theirs: Scores, task: str) -> Comparison:
        """Compare two models on one task."""
        return compare_task(
            ours,
            theirs,
            task,
            self.seed,
            level=self.level,
            units=self.benchmark.units,
            scales=self.scales,
        )

    def with_each(
        self,
        ours: Scores,
        others: Mapping[Model, Scores],
        lenient: Mapping[Model, tuple[Scores, Scores]],
    ) -> dict[Model, Against]:
        """Compare a winner with others.

        Args:
            lenient: of each, the winner's and the other's scores when graded leniently.
        """
        whole = {name: self.fitness(ours, theirs) for name, theirs in others.items()}
        corrected = holm({name: comparison.p_value for name, comparison in whole.items()})
        against = {}
        for name, theirs in others.items():
            tasks = {t: self.task(ours, theirs, t) for t in sorted({s.task for s in ours})}
            against[name] = Against(
                whole[name],
                corrected[name],
                tasks,
                holm({task: comparison.p_value for task, comparison in tasks.items()}),
                self.fitness(*lenient[name]) if name in lenient else None,
            )
        return against

    def floor(self, term: Term, ours: Scores, rivals: Mapping[Model, Scores]) -> FloorTest:
        """Whether a task is less than its margin worse than each of the rivals.

        Which of them is truly the best is unknown; what is kept against each is kept against the
        best, and that needs no correction (Berger 1982).
        """
        assert term.floor is not None
        results = [
            FloorTest(
                name.label,
                non_inferior(
                    ours,
                    theirs,
                    term.task,
                    term.floor.margin,
                    self.level,
                    self.seed,
                    units=self.benchmark.units,
                    scales=self.scales,
                ),
            )
            for name, theirs in rivals.items()
        ]
        return min(results, key=lambda test: test.result.lower)
