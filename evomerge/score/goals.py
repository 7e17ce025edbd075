"""The score at each goal, where an algorithm searches for several."""

from __future__ import annotations

from collections.abc import Mapping

from evomerge.ledger import SEEN, Split
from evomerge.score.benchmark import Benchmark


def goal_scores(benchmark: Benchmark, means: Mapping[str, float]) -> dict[str, float]:
    """The score at each goal by its name, in the order of the terms; higher is better.

    A goal is aggregated as the fitness is, over its own terms alone. One without a mean is left
    out.
    """
    tasks: dict[str, dict[str, float]] = {}
    for term in benchmark.terms:
        if term.weight and term.task in means:
            tasks.setdefault(term.goal or term.task, {})[term.task] = means[term.task]
    return {goal: benchmark.aggregate.fitness(own) for goal, own in tasks.items()}


def goals_without_items(benchmark: Benchmark) -> list[tuple[str, Split]]:
    """Goals that nothing would be known of on a split that the run decides by."""
    counted = [term for term in benchmark.terms if term.weight]
    known = {(term.goal, split) for term in counted for split in SEEN if term.items[split]}
    each = dict.fromkeys((term.goal, split) for term in counted for split in SEEN)
    return [one for one in each if one not in known]
