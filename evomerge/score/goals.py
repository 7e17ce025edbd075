"""The score at each goal, where an algorithm searches for several."""

from __future__ import annotations

from collections.abc import Mapping

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
