"""How often verdicts are right: a referee's worlds.

    python -m benchmarks.referee --runs 2000
    python -m benchmarks.referee --runs 2000 --only floors

Each run is a promotion as it really is: a benchmark with units and scales, a ledger, a registry of
openings, parents, a winner, and workers that answer what the world says. Only the models are made
up. Prints a table of false promotions, one of power, and one of floors that are falsely shown to be
kept, with Wilson's 95 % intervals.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolType

import numpy as np

from benchmarks.referee.court import hear, session
from benchmarks.referee.worlds import (
    World,
    family,
    geometric,
    grouped,
    heavy_tailed,
    large_groups_lost,
    on_the_floor,
    one_question_in_two_tasks,
    rare_loss,
    rarely_lost,
    several_terms,
    sibling,
    skewed,
    specialists,
    unequal_tasks,
)
from evomerge.ledger import Registry
from evomerge.report.verdict import Verdict
from evomerge.score.proof.scale import NATS_PER_TOKEN, Scale

CHUNKS = 64
"""Parts of a world's runs, so that all cores have something to do."""

NULL = [
    World("one parent as good, independent", family([0.5], 0.5, 0.0)),
    World("four parents as good", family([0.5] * 4, 0.5, 0.6)),
    World(
        "one parent as good, three 5 points worse and near",
        family([0.5, 0.45, 0.45, 0.45], 0.5, 0.9),
    ),
    World("one parent as good, a near one 5 points worse", family([0.5, 0.3, 0.3, 0.45], 0.5, 0.9)),
    World("specialists, 2 x 100 items", specialists(2, 100, 0.95, 0.5, 1)),
    World("specialists, 4 x 50 items", specialists(4, 50, 0.95, 0.5, 1)),
    World("100 passages of 6, ICC 0.5", grouped([6] * 100, 0.5)),
    World("60 passages of 10, ICC 0.2", grouped([10] * 60, 0.2)),
    World("60 passages of 10, ICC 0.5", grouped([10] * 60, 0.5)),
    World("42 groups of 12, ICC 0.9", grouped([12] * 42, 0.9)),
    World("15 groups of 20 among 300 single items, ICC 0.9", grouped([20] * 15 + [1] * 300, 0.9)),
    World("12 groups of 50 among 150 single items, ICC 0.9", grouped([50] * 12 + [1] * 150, 0.9)),
    World("two terms on one task, equal", several_terms(2, 1.0)),
    World("three terms on one task, equal", several_terms(3, 1.0)),
    World("five terms on one task, alike on 95 %", several_terms(5, 0.95)),
    World("one question in two tasks", one_question_in_two_tasks),
    World("scores in [0, 1], -1 on 1 %, 50 items", skewed(0.01, 0.99, 50, Scale(0.0, 1.0))),
    World("scores in [0, 1], -1 on 1 %, 200 items", skewed(0.01, 0.99, 200, Scale(0.0, 1.0))),
    World("log-likelihoods, -5 nats on 1 %, 200 items", skewed(0.01, 5.0, 200, NATS_PER_TOKEN)),
    World("log-likelihoods, lognormal, 200 items", heavy_tailed(200, NATS_PER_TOKEN)),
    World("geometric mean, a specialist", geometric),
    World("tasks of unequal size and weight", unequal_tasks),
    World("a task of 50 rarely lost, three of 400 won a little", rarely_lost(50, 2.6, 3, 400)),
    World("the same, five finalists", rarely_lost(50, 3.2, 3, 400), 5),
    World("passages of 10 rarely lost, questions won", large_groups_lost(40, 10, 1.5, 1000)),
    World("five finalists of one run", family([0.5], 0.5, 0.6), 5),
    World("five seeds in five folders", family([0.5], 0.5, 0.6), 5, folders=True),
    World("seventeen finalists of one run", family([0.5], 0.5, 0.6), 17),
]
POWER = [
    World("2 x 100, a specialist (100 % and 0 %)", specialists(2, 100, 1.0, 0.6, 1)),
    World("2 x 100, two specialists (100 % and 0 %)", specialists(2, 100, 1.0, 0.6)),
    World("2 x 100, a specialist (95 % and 5 %)", specialists(2, 100, 0.95, 0.6, 1)),
    World("2 x 100, two specialists (95 % and 5 %)", specialists(2, 100, 0.95, 0.6)),
    World("4 x 50, a specialist (100 % and 0 %)", specialists(4, 50, 1.0, 0.6, 1)),
    World("4 x 50, two specialists (100 % and 0 %)", specialists(4, 50, 1.0, 0.6)),
    World("4 x 50, a specialist (95 % and 5 %)", specialists(4, 50, 0.95, 0.6, 1)),
    World("4 x 50, two specialists (95 % and 5 %)", specialists(4, 50, 0.95, 0.6)),
    World("one best parent, three 20 points worse", family([0.3, 0.3, 0.3, 0.5], 0.6, 0.6)),
]
FLOORS = [
    *(
        World(f"{n} items, three siblings", sibling(n, 0.05, 0.5, 0.47, 0.9))
        for n in (50, 200, 1000)
    ),
    *(
        World(f"{n} items, loses {loss:.0%}, wins {win:.0%}", on_the_floor(n, loss, win))
        for n in (50, 200, 1000)
        for loss, win in ((0.05, 0.0), (0.3, 0.25), (0.2, 0.1))
    ),
    World("200 items in groups of 10, loses 20%, wins 10%", on_the_floor(200, 0.2, 0.1, 10)),
    *(World(f"{n} items, -3 nats on 2 %", rare_loss(n, NATS_PER_TOKEN)) for n in (50, 200, 1000)),
    World("200 items, five openings", on_the_floor(200, 0.3, 0.25), 5),
]


def promoted(verdict: Verdict) -> bool:
    """Whether the winner is released."""
    return not verdict.reasons


def kept(verdict: Verdict) -> bool:
    """Whether its floor is shown to be kept."""
    return verdict.floors["t"].result.shown


TABLES: dict[str, tuple[str, list[World], Callable[[Verdict], bool]]] = {
    "null": ("promoted, and no better", NULL, promoted),
    "power": ("promoted, and better by 10 points", POWER, promoted),
    "floors": ("said to keep its floor, and does not", FLOORS, kept),
}


def outcomes(table: str, number: int, seeds: Sequence[int]) -> int:
    """In how many runs of a world any winner is said to be so."""
    _, worlds, said = TABLES[table]
    world, found = worlds[number], 0
    for seed in seeds:
        with session() as folder:
            registry, ever = Registry(folder / "openings.jsonl"), False
            for opening in range(world.openings):
                case = world.draw(*(np.random.default_rng([seed, n]) for n in (0, 1 + opening)))
                run = folder / (f"run {opening}" if world.folders else "run")
                ever |= said(hear(case, run, registry))
            found += ever
    return found


def share(hits: int, runs: int) -> str:
    """A share with Wilson's 95 % interval."""
    z, p = 1.96, hits / runs
    middle = (p + z**2 / (2 * runs)) / (1 + z**2 / runs)
    half = z * math.sqrt(p * (1 - p) / runs + z**2 / (4 * runs**2)) / (1 + z**2 / runs)
    return f"{p:.1%} ({max(0, middle - half):.1%} to {min(1, middle + half):.1%})"


def print_table(table: str, runs: int, pool: PoolType) -> None:
    """A line for each world."""
    title, worlds, _ = TABLES[table]
    print(f"| {title} | of all runs |\n| --- | --- |")
    for number, world in enumerate(worlds):
        jobs = [(table, number, range(start, runs, CHUNKS)) for start in range(CHUNKS)]
        hits = sum(pool.starmap(outcomes, jobs))
        print(f"| {world.name} | {share(hits, runs)} |", flush=True)
    print()


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--only", choices=[*TABLES])
    options = parser.parse_args()
    with Pool() as pool:
        for table in [options.only] if options.only else TABLES:
            print_table(table, options.runs, pool)


if __name__ == "__main__":
    main()
