"""What the driver takes for a trial where answers are judged by a recipe's own tasks.

    python -m benchmarks.driver_tasks recipes/quickstart.yaml --workers 64 --trials 256 1024

The workers are simulated and every candidate is scored on all search items (`race: false`). All
else is a run's own: naming the weights, judging, ledger, search (a random one, which never runs
out of new candidates). Of each task a candidate answers a share of the items right; wrong answers
are mostly one of five texts, as real offspring repeat each other's, and one in ten is a text that
nobody wrote before. Log-likelihoods are new each time. Seconds are the process's own (CPU), without
those of the simulated workers.
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.driver import Worker
from evomerge import load_recipe
from evomerge.cli.main import GARBAGE
from evomerge.engine.request import Generated, Likelihood, Likely, Response, prompt_hash
from evomerge.ledger import Cost, Ledger, Split, State
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.preparation.preflight import Prepared, prepare
from evomerge.score.items.item import Item
from evomerge.workers.protocol import Answer, Job

WRONG = 5
"""Texts of most wrong answers to an item."""
NEW = 0.1
"""Share of wrong answers that nobody gave before."""


def longer(recipe: Recipe, trials: int, population: int) -> Recipe:
    """The same recipe, searched at random and without races."""
    plain = recipe.plain()
    plain["evolve"] |= {
        "race": False,
        "search": {"algorithm": "random", "population": population},
        "budget": {"evaluations": trials},
    }
    return recipe_from(plain, recipe.source)


def simulated(prepared: Prepared) -> Callable[[Job], Answer]:
    """What answers the search items of a benchmark."""
    items = prepared.benchmark.items(Split.SEARCH)
    prompts = prompt_hash([item.requests for item in items])

    def answer(job: Job) -> Answer:
        chance = random.Random(job.digest)
        skill = {term.task: chance.uniform(0.2, 0.9) for term in prepared.benchmark.terms}
        said = [_said(item, chance.random() < skill[item.task], chance) for item in items]
        cost = Cost(0.1, 0.2, 0.3, 10)
        return Answer(job.key, State.SCORED, "", said, cost, "simulated", prompts)

    return answer


def _said(item: Item, right: bool, chance: random.Random) -> tuple[Response, ...]:
    if isinstance(item.requests[0], Likelihood):
        best = item.choices.index(item.gold) if right and item.gold in item.choices else 0
        values = [chance.gauss(-5.0, 1.0) for _ in item.requests]
        values[best] = max(values) + chance.random()
        return tuple(Likely(value, False) for value in values)
    wrong = chance.randrange(10**9) if chance.random() < NEW else chance.randrange(WRONG)
    return (Generated(item.gold if right else f"wrong {wrong}", 4, True),)


def search(recipe: Recipe, trials: int, workers: int) -> tuple[float, str]:
    """Milliseconds of the driver a trial, and the best one that was found."""
    prepared = prepare(longer(recipe, trials, workers))
    simulates, spent = Worker(simulated(prepared), workers), Spent()
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder), create=True) as ledger:
        began = time.process_time()
        evaluations = Evaluations(ledger, prepared.benchmark, lambda: None)
        cycle = Cycle(0, prepared, evaluations, ledger, spent)
        cycle.run(simulates, Allowance(prepared.evolve.budget, 1.0, lambda: 0.0))
        took = time.process_time() - began - simulates.seconds
    return 1000 * took / spent.evaluations, cycle.elites[0].digest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--trials", type=int, nargs="+", default=[256, 1024])
    arguments = parser.parse_args()
    gc.set_threshold(GARBAGE)  # as the command does
    recipe = load_recipe(arguments.recipe)
    print("| trials | driver, ms a trial | best |\n| --- | --- | --- |")
    for trials in arguments.trials:
        took, best = search(recipe, trials, arguments.workers)
        print(f"| {trials:,} | {took:.2f} | {best[:12]} |", flush=True)


if __name__ == "__main__":
    main()
