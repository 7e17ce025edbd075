"""What a cycle has gained on validation items, and how unlike each other its elites are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import fmean

from evomerge.ledger import CycleJudged, ItemKey, Ledger, Split, Trial
from evomerge.recipe.lineage import Shares, kinship, shares_of
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.cycle.joining import joining
from evomerge.run.cycle.stacking import depth_of
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.benchmark import Benchmark
from evomerge.score.proof.statistics import difference
from evomerge.search.order import best_first, merit
from evomerge.workers.protocol import Workers


class Gains:
    """Of each cycle, over what the best before it scored on validation items.

    Args:
        prepared: the recipe of the first cycle.
    """

    def __init__(self, prepared: Prepared, evaluations: Evaluations, ledger: Ledger) -> None:
        self._recipe, self._benchmark = prepared.recipe, prepared.benchmark
        self._evaluations, self._ledger = evaluations, ledger
        self._best: Trial | None = None
        self.shares: dict[str, Shares] = {}
        """Of the elites that have become parents, by the names that they have as such."""

    def judge(
        self,
        cycle: Cycle,
        baselines: Sequence[Offspring],
        workers: Workers,
        *,
        within_error: bool = False,
    ) -> bool:
        """Whether another cycle is worth it; on record. It is where this one has come to something
        better than there was before it, and has elites that can join.

        Args:
            baselines: parents and the uniform merge: the first cycle is compared with them.
            within_error: whether it is enough to be no worse by more than a standard error.
        """
        before = self._best or self._best_of(baselines, workers)
        best = self._best_of(cycle.finalists, workers)
        gains = best is not None and (before is None or merit(best) > merit(before))
        if within_error and not gains and best is not None and before is not None:
            gains = as_good(self._benchmark, best, before)
        self._best = best if gains else before
        joins = joining(self._recipe, cycle.elites)
        scores = [
            {(one.task, one.item): one.value for one in trial.scores}
            for trial in self._evaluations.score(cycle.elites, Split.SEARCH, workers)
            if trial.fitness is not None
        ]
        judged = CycleJudged(
            cycle.number,
            best.fitness if best else None,
            before.fitness if before else None,
            gains,
            diversity(scores),
            coverage(scores),
            kinship([shares_of(elite.recipe, self.shares) for elite in cycle.elites]),
            None if self._recipe.path is None else tuple(map(depth_of, joins)),
        )
        if judged not in self._ledger.all_of(CycleJudged):
            self._ledger.record(judged)
        return gains and bool(joins)

    def joined(self, elite: Offspring, name: str) -> None:
        """An elite has become a parent of this name."""
        self.shares[name] = shares_of(elite.recipe, self.shares)

    def _best_of(self, models: Sequence[Offspring], workers: Workers) -> Trial | None:
        trials = self._evaluations.score(models, Split.VALIDATION, workers)
        scored = [trial for trial in trials if trial.fitness is not None]
        return best_first(scored)[0] if scored else None


def as_good(benchmark: Benchmark, one: Trial, other: Trial) -> bool:
    """Whether a trial is no worse than another on the same items by more than the standard error of
    their difference, and keeps to the floors as well.
    """
    found = difference(one.scores, other.scores, benchmark.aggregate, units=benchmark.units)
    return one.violation <= other.violation and found[0] >= -found[1]


def diversity(scores: Sequence[Mapping[ItemKey, float]]) -> float:
    """By how much two models differ on an item: the mean over items and pairs. 0 for one alone."""
    pairs = [
        fmean(abs(value - other[item]) for item, value in one.items() if item in other)
        for one, other in combinations(scores, 2)
        if one.keys() & other.keys()
    ]
    return fmean(pairs) if pairs else 0.0


def coverage(scores: Sequence[Mapping[ItemKey, float]]) -> float:
    """What models reach together: the mean over items of the best score that any of them has."""
    best: dict[ItemKey, float] = {}
    for one in scores:
        for item, value in one.items():
            best[item] = max(value, best.get(item, value))
    return fmean(best.values()) if best else 0.0
