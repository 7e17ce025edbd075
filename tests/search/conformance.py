"""What every registered algorithm is driven with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evomerge.search import Algorithm, Candidate, Kind, Outcome, Problem, Vector
from evomerge.search.algorithms import ALGORITHMS

every = pytest.mark.parametrize("kind", ALGORITHMS.values(), ids=ALGORITHMS)
"""A test of each algorithm; a new one joins by being registered."""

Score = Callable[[Vector], Outcome]


def new(kind: Kind, n: int = 4, seed: int = 0, **more: Any) -> Algorithm:
    """One in its initial state, on a problem of n numbers with as many goals as it wants.

    Args:
        more: what else there is to the problem, and `settings`, those that differ from the default.
    """
    settings = kind.settings(**more.pop("settings", {}))
    problem = Problem((0.5,) * n, more.pop("choices", (0,) * n), kind.goals[0], **more)
    return kind.make(problem, settings, seed)


def alike(kind: Kind, value: float) -> Outcome:
    """As good in whatever is told of it."""
    return Outcome((value,) * (1 + kind.goals[0]), scores={("t", "0"): value})


def sphere(kind: Kind) -> Score:
    """Nearer to 0.3 is fitter, 1 at most; goals are to be near to 0.4, 0.5 and so on."""

    def score(genome: Vector) -> Outcome:
        centres = [0.3 + 0.1 * number for number in range(1 + kind.goals[0])]
        values = [1 - sum((x - centre) ** 2 for x in genome) for centre in centres]
        return Outcome(tuple(values), scores={("t", "0"): values[0]})

    return score


def failed(genome: Vector) -> Outcome:
    """Out of memory, whatever it is."""
    return Outcome(failure="out of memory")


def history(algorithm: Algorithm, score: Score, generations: int) -> list[list[Candidate]]:
    """Ask and tell so many generations, as a run does; those that were asked for."""
    asked = []
    for _ in range(generations):
        candidates = algorithm.ask(algorithm.population)
        for candidate in candidates:
            algorithm.tell(candidate, score(candidate.genome))
        asked.append(candidates)
    return asked


def reaches(algorithm: Algorithm, score: Score, good: Callable[[Vector], bool]) -> bool:
    """Whether a good genome is among the candidates of 120 generations, as a run asks for them."""
    for _ in range(120):
        (candidates,) = history(algorithm, score, 1)
        if any(good(candidate.genome) for candidate in candidates):
            return True
    return False
