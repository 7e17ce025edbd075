"""What the search algorithms find on functions whose answers are known.

    python -m benchmarks.search_functions reference
    python -m benchmarks.search_functions algorithms --seeds 5

`reference`: evaluations until a value is within 1e-8, medians over the seeds, of CMA-ES by ask and
tell as a run does it, beside the package cma itself, which has no bounds and is told values. A
function's coordinate x in [-5, 5] is 10 u - 5 with u in [0, 1]; the mean starts at x = 1 for the
sphere and the ellipsoid, at x = 0 for Rosenbrock's function, with a step of 0.5, which is a sigma of
0.05 in the cube.

`algorithms`: the smallest value that each algorithm for one goal has found after 500 evaluations,
medians over the seeds, on these functions and on two with genes that choose. All settings are the
defaults; where it starts is drawn anew for each seed.
"""

from __future__ import annotations

import argparse
import itertools
import math
import statistics
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evomerge.search import Algorithm, Kind, Outcome, Problem
from evomerge.search.algorithms import ALGORITHMS

N = 10
MOST = 12_000
"""Evaluations after which a search for the target is given up."""
TARGET = 1e-8
BUDGET = 500
"""Evaluations of each search in the table of all algorithms: as many as a large run has."""

Function = Callable[[Sequence[float]], float]


def sphere(x: Sequence[float]) -> float:
    """The sum of squares."""
    return math.fsum(v * v for v in x)


def ellipsoid(x: Sequence[float]) -> float:
    """The same, of coordinates whose scales differ by up to 1,000."""
    return math.fsum(10 ** (6 * i / (len(x) - 1)) * v * v for i, v in enumerate(x))


def rosenbrock(x: Sequence[float]) -> float:
    """A bent valley, with a second, worse end."""
    return math.fsum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x))


def rastrigin(x: Sequence[float]) -> float:
    """A bowl with some 10^n pits."""
    return math.fsum(v * v + 10 * (1 - math.cos(2 * math.pi * v)) for v in x)


@dataclass(frozen=True)
class Task:
    """A function over the unit cube, smaller is better, least 0."""

    name: str
    value: Function
    choices: tuple[int, ...] = (0,) * N


def over_numbers(name: str, function: Function) -> Task:
    """A function of N numbers, its usual domain mapped to the cube."""
    return Task(name, lambda u: function([10 * v - 5 for v in u]))


def mixed(u: Sequence[float]) -> float:
    """Ten binary choices that each count 1, and the ellipsoid of ten numbers, in small."""
    wrong = sum(v < 0.5 for v in u[:N])
    return wrong + 1e-4 * ellipsoid([10 * v - 5 for v in u[N:]])


def leading(u: Sequence[float]) -> float:
    """Ten ternary choices, of which those count that stand before the first wrong one; a sphere."""
    right = next((i for i, v in enumerate(u[:N]) if not 1 / 3 <= v < 2 / 3), N)
    return N - right + sphere([10 * v - 5 for v in u[N:]])


NUMBERS = {
    "sphere": over_numbers("sphere", sphere),
    "ellipsoid": over_numbers("ellipsoid", ellipsoid),
    "Rosenbrock": over_numbers("Rosenbrock", rosenbrock),
    "Rastrigin": over_numbers("Rastrigin", rastrigin),
}
MIXED = [
    Task("10 binary, 10 numbers", mixed, (2,) * N + (0,) * N),
    Task("10 ternary, 5 numbers", leading, (3,) * N + (0,) * 5),
]


def values(algorithm: Algorithm, task: Task) -> Iterator[float]:
    """The value of each candidate, in the order of asking; told as it is read."""
    while True:
        for candidate in algorithm.ask(algorithm.population):
            value = task.value(candidate.genome)
            yield value
            algorithm.tell(candidate, Outcome((-value,)))


def evaluations(found: Iterable[float]) -> int | None:
    """How many it takes to come within the target; None for more than :data:`MOST`."""
    for number, value in enumerate(itertools.islice(found, MOST), start=1):
        if value <= TARGET:
            return number
    return None


def of_cma_itself(function: Function, start: float, seed: int) -> Iterator[float]:
    """Values that the package finds, in the function's own domain, without bounds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import cma

    generator = np.random.default_rng(seed)
    options = {
        "seed": math.nan,
        "randn": lambda *shape: generator.standard_normal(shape),
        "verbose": -9,
    }
    strategy = cma.CMAEvolutionStrategy([start] * N, 0.5, options)
    while True:
        points = strategy.ask()
        found = [function(x) for x in points]
        yield from found
        strategy.tell(points, found)


def told(counts: Sequence[int | None]) -> str:
    """The median over the seeds, and how many there were that came so far."""
    found = [count for count in counts if count is not None]
    median = statistics.median([math.inf if count is None else count for count in counts])
    share = "" if len(found) == len(counts) else f" ({len(found)} of {len(counts)})"
    return f"{median:,.0f}{share}" if median < math.inf else f"-{share}"


def reference(seeds: int) -> None:
    """CMA-ES by our ask and tell, beside the package itself and what is published of it."""
    published = {"sphere": 1490, "ellipsoid": 4160, "Rosenbrock": 4950}
    functions = {"sphere": sphere, "ellipsoid": ellipsoid, "Rosenbrock": rosenbrock}
    kind = ALGORITHMS["cma-es"]
    print("| function | published | the package | by ask and tell |\n| --- | --- | --- | --- |")
    for name, expected in published.items():
        start = 0.0 if name == "Rosenbrock" else 1.0
        problem = Problem(((start + 5) / 10,) * N, (0,) * N)
        ours, theirs = [], []
        for seed in range(seeds):
            algorithm = kind.make(problem, kind.settings(sigma=0.05), seed)
            ours.append(evaluations(values(algorithm, NUMBERS[name])))
            theirs.append(evaluations(of_cma_itself(functions[name], start, seed)))
        print(f"| {name}-{N} | {expected:,} | {told(theirs)} | {told(ours)} |", flush=True)


def algorithms(names: Sequence[str], seeds: int) -> None:
    """Every algorithm for one goal on every function."""
    tasks = [*NUMBERS.values(), *MIXED]
    print(f"| algorithm | {' | '.join(task.name for task in tasks)} |")
    print("| --- " * (1 + len(tasks)) + "|")
    for name in names:
        medians = [
            statistics.median(best(ALGORITHMS[name], task, seed) for seed in range(seeds))
            for task in tasks
        ]
        print(f"| `{name}` | {' | '.join(f'{median:.2g}' for median in medians)} |", flush=True)


def best(kind: Kind, task: Task, seed: int) -> float:
    """The smallest value of a search with the usual settings, from a start by chance."""
    start = tuple(np.random.default_rng(1000 + seed).random(len(task.choices)).tolist())
    algorithm = kind.make(Problem(start, task.choices), kind.settings(), seed)
    return min(itertools.islice(values(algorithm, task), BUDGET))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", choices=["reference", "algorithms"])
    parser.add_argument("--only", nargs="+", help="names of algorithms")
    parser.add_argument("--seeds", type=int, default=11)
    options = parser.parse_args()
    if options.table == "reference":
        reference(options.seeds)
    else:
        single = [name for name, kind in ALGORITHMS.items() if not kind.goals[0]]
        algorithms(options.only or single, options.seeds)


if __name__ == "__main__":
    main()
