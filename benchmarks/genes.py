"""What the search itself takes of a candidate where there are thousands of genes.

    python -m benchmarks.genes --genes 100 1000 10000

For each algorithm and number of genes: milliseconds of the processor for a candidate, asked for and
told, of the median generation and of the slowest one; and the most memory that Python and NumPy held
at once, in a search of its own, since tracing takes time.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc

from evomerge.search import Algorithm, Kind, Outcome, Problem
from evomerge.search.algorithms import ALGORITHMS


def generation(algorithm: Algorithm) -> float:
    """Seconds of the processor for asking and telling, for each candidate of a generation."""
    began = time.process_time()
    candidates = algorithm.ask(algorithm.population)
    spent = time.process_time() - began
    outcomes = [Outcome((-sum(candidate.genome[::97]),)) for candidate in candidates]
    began = time.process_time()
    for candidate, outcome in zip(candidates, outcomes, strict=True):
        algorithm.tell(candidate, outcome)
    return (spent + time.process_time() - began) / len(candidates)


def row(kind: Kind, genes: int, generations: int) -> str:
    """A row of the table."""
    problem = Problem((0.5,) * genes, (0,) * genes)
    algorithm = kind.make(problem, kind.settings(), 0)
    seconds = sorted(generation(algorithm) for _ in range(generations))
    tracemalloc.start()
    algorithm = kind.make(problem, kind.settings(), 0)
    for _ in range(3):
        generation(algorithm)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    median = seconds[len(seconds) // 2]
    return (
        f"| `{kind.name}` | {genes:,} | {algorithm.population} | {median * 1e3:.2f} | "
        f"{seconds[-1] * 1e3:.2f} | {most / 2**20:.1f} |"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genes", nargs="+", type=int, default=[100, 1000, 10_000])
    parser.add_argument("--algorithms", nargs="+", default=["sep-cma-es", "snes"])
    parser.add_argument("--generations", type=int, default=20)
    options = parser.parse_args()
    print("| algorithm | genes | population | ms a candidate | slowest generation | MiB |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in options.algorithms:
        for genes in options.genes:
            print(row(ALGORITHMS[name], genes, options.generations), flush=True)


if __name__ == "__main__":
    main()
