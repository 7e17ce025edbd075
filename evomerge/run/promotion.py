"""One test of the winner on the sealed items: better than its parents, and no worse elsewhere?"""

from __future__ import annotations

from collections.abc import Mapping

from evomerge.errors import EvomergeError
from evomerge.ledger import Ledger, Trial
from evomerge.run.baselines import UNIFORM, calibrate
from evomerge.run.evaluations import Evaluations
from evomerge.run.flags import audit_flags, leak_flags
from evomerge.run.preflight import Prepared
from evomerge.run.sheet import Wanted
from evomerge.run.verdict import RANDOM_SEARCH, WINNER, Against, FloorTest, Verdict
from evomerge.score.proof.statistics import (
    Comparison,
    compare,
    compare_task,
    corrected_for_openings,
    holm,
    non_inferior,
)
from evomerge.score.splits import Split
from evomerge.workers.protocol import Workers


def promote(
    prepared: Prepared,
    evaluations: Evaluations,
    ledger: Ledger,
    winner: Wanted,
    others: Mapping[str, Wanted],
    workers: Workers,
) -> Verdict:
    """Open the test items and compare the winner with every other model.

    Args:
        others: by name: each parent, the uniform merge, and what random search found.

    Raises:
        EvomergeError: winner or all parents cannot be scored on the test items.
    """
    prepared.benchmark.open_test(lambda: _record_opening(ledger, winner))
    parents = {n: w for n, w in others.items() if n not in (UNIFORM, RANDOM_SEARCH)}
    means = calibrate(evaluations, prepared.benchmark, parents, Split.TEST, workers)
    names = [WINNER, *others]
    scored = evaluations.score([winner, *others.values()], Split.TEST, workers)
    trials = {n: t for n, t in zip(names, scored, strict=True) if t.fitness is not None}
    if WINNER not in trials or not means:
        raise EvomergeError("the winner or its parents could not be scored on the test items")
    openings = len(ledger.events("test_opened"))
    return Verdict(
        alpha=prepared.evolve.alpha,
        openings=openings,
        parents=sorted(means, key=lambda name: trials[name].fitness or 0.0, reverse=True),
        trials=trials,
        against=_compare(prepared, trials, openings),
        floors=_test_floors(prepared, trials, means),
        flags=[
            *audit_flags(prepared.benchmark, evaluations, winner, parents, Split.TEST),
            *leak_flags(prepared.benchmark),
        ],
    )


def _record_opening(ledger: Ledger, winner: Wanted) -> None:
    """Once for a winner: a resumed promotion is the same opening."""
    if all(event.data["winner"] != winner.digest for event in ledger.events("test_opened")):
        ledger.event("test_opened", winner=winner.digest)


def _compare(prepared: Prepared, trials: Mapping[str, Trial], openings: int) -> dict[str, Against]:
    seed, aggregate = prepared.evolve.seed, prepared.benchmark.aggregate
    ours = trials[WINNER].scores
    others = {name: trial.scores for name, trial in trials.items() if name != WINNER}
    whole = {name: compare(ours, theirs, aggregate, seed) for name, theirs in others.items()}
    corrected = _corrected(whole, openings)
    against = {}
    for name, theirs in others.items():
        tasks = {task: compare_task(ours, theirs, task, seed) for task in trials[name].task_means}
        against[name] = Against(
            whole[name],
            corrected_for_openings(whole[name].p_value, openings),
            corrected[name],
            tasks,
            _corrected(tasks, openings),
        )
    return against


def _corrected(comparisons: Mapping[str, Comparison], openings: int) -> dict[str, float]:
    adjusted = holm({name: comparison.p_value for name, comparison in comparisons.items()})
    return {name: corrected_for_openings(p, openings) for name, p in adjusted.items()}


def _test_floors(
    prepared: Prepared, trials: Mapping[str, Trial], means: Mapping[str, Mapping[str, float]]
) -> dict[str, FloorTest]:
    """Floors hold all or the winner is refused, so they need no correction (Berger 1982)."""
    evolve, tests = prepared.evolve, {}
    for term in prepared.benchmark.terms:
        if term.floor is not None and term.items[Split.TEST]:
            parent = prepared.benchmark.reference(term, means)
            ours, theirs = trials[WINNER].scores, trials[parent].scores
            margin = term.floor.margin
            result = non_inferior(ours, theirs, term.task, margin, evolve.alpha, evolve.seed)
            tests[term.task] = FloorTest(parent, result)
    return tests
