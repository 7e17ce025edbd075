"""From elites to a verdict: the winner by validation, then one test on the sealed items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evomerge.errors import EvomergeError
from evomerge.ledger import Ledger, Trial
from evomerge.run.baselines import UNIFORM
from evomerge.run.evaluations import Evaluations, Wanted
from evomerge.run.preflight import Prepared
from evomerge.score.aggregate import Aggregate
from evomerge.score.splits import Split
from evomerge.score.statistics import Comparison, compare
from evomerge.workers.protocol import Workers

PROMOTED, REFUSED = "promoted", "refused"


@dataclass(frozen=True)
class Verdict:
    """What the sealed items say of the winner."""

    verdict: str
    items: int
    best_parent: str
    """Its name; the parent that scored best on the sealed items."""
    trials: Mapping[str, Trial]
    """Test trials by name: "winner", each parent, and "uniform"."""
    comparisons: Mapping[str, Comparison]
    """The winner against each of the others."""

    def facts(self) -> dict[str, Any]:
        """The verdict as JSON values, for ledger and status."""
        best = self.comparisons[self.best_parent]
        scores = {name: trial.fitness for name, trial in self.trials.items()}
        return {
            "verdict": self.verdict,
            "items": self.items,
            "winner": scores["winner"],
            "best_parent": scores[self.best_parent],
            "best_parent_name": self.best_parent,
            "uniform": scores.get(UNIFORM),
            "difference": best.difference,
            "ci95": [*best.ci95],
            "p_value": best.p_value,
            "scores": {
                name: {"fitness": trial.fitness, "tasks": dict(trial.task_means)}
                for name, trial in self.trials.items()
            },
            "comparisons": {
                name: {**asdict(comparison), "ci95": [*comparison.ci95]}
                for name, comparison in self.comparisons.items()
            },
        }


def choose_winner(
    evaluations: Evaluations, finalists: Sequence[Wanted], workers: Workers
) -> Wanted:
    """The finalist that is best on the validation items; of equals the one named first.

    Search scores choose nobody: the best of many equally good candidates looks better than it is.

    Raises:
        EvomergeError: no finalist could be scored.
    """
    trials = evaluations.score(finalists, Split.VALIDATION, workers)
    scored = [
        (trial.fitness, wanted)
        for wanted, trial in zip(finalists, trials, strict=True)
        if trial is not None and trial.fitness is not None
    ]
    if not scored:
        reasons = {trial.reason for trial in evaluations.known.values() if trial.reason}
        why = "; ".join(sorted(reasons)[:3]) or "the budget ended before the first one"
        raise EvomergeError(f"no recipe could be scored: {why}")
    return max(scored, key=lambda pair: pair[0])[1]


def promote(
    prepared: Prepared,
    evaluations: Evaluations,
    ledger: Ledger,
    winner: Wanted,
    baselines: Mapping[str, Wanted],
    workers: Workers,
) -> Verdict:
    """Open the test items and compare the winner with every parent and the uniform merge.

    Promoted is a winner that is better than the best parent at the recipe's alpha.

    Raises:
        EvomergeError: winner or all parents cannot be scored on the test items.
    """
    benchmark = prepared.benchmark
    benchmark.open_test(lambda: _record_opening(ledger, winner))
    names = ["winner", *baselines]
    trials = evaluations.score([winner, *baselines.values()], Split.TEST, workers)
    scored = {
        name: trial
        for name, trial in zip(names, trials, strict=True)
        if trial is not None and trial.fitness is not None
    }
    parents = [name for name in scored if name not in ("winner", UNIFORM)]
    if "winner" not in scored or not parents:
        raise EvomergeError("the winner or its parents could not be scored on the test items")
    aggregate = Aggregate({term.task: term.weight for term in benchmark.terms})
    comparisons = {
        name: compare(scored["winner"].scores, trial.scores, aggregate, prepared.evolve.seed)
        for name, trial in scored.items()
        if name != "winner"
    }
    best_parent = max(parents, key=lambda name: scored[name].fitness or 0.0)
    best = comparisons[best_parent]
    better = best.difference > 0 and best.p_value < prepared.evolve.alpha
    verdict = PROMOTED if better else REFUSED
    return Verdict(verdict, best.items, best_parent, scored, comparisons)


def _record_opening(ledger: Ledger, winner: Wanted) -> None:
    """Once for a winner: a resumed promotion is the same opening."""
    if all(event.data["winner"] != winner.digest for event in ledger.events("test_opened")):
        ledger.event("test_opened", winner=winner.digest)
