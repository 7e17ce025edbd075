"""Ways to search compared by what their winners score on sealed items.

    python -m benchmarks.searches recipes/quickstart.yaml --ways cma-es random --seeds 0 1 2

A way is an algorithm's name, `cycles=N`, `start=NAME`, the file of another recipe over the same
tasks, or several of these after each other, as in `recipes/layers.yaml+cycles=2`. `child` spends
half of the evaluations on the weights of the first recipe, and its winner becomes the first model
of the other one, as in arXiv 2403.13187. Each run goes on until it has chosen its winner by
validation items; then the winner is asked the sealed ones, without a promotion, which is the same
for all ways and takes longer than a small search. What it scores is written to a file, a line
each: an interrupted comparison goes on where it stopped, and several processes fill one file, each
by seeds or ways in an order of its own. The table has the mean over seeds, its standard error, and
the difference from the first way, paired by seed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from evomerge import evolve, load_recipe, merge
from evomerge.errors import Stopped
from evomerge.ledger import ItemsOpened, Record, Split, WinnerChosen
from evomerge.recipe import Recipe, recipe_from
from evomerge.report.reader import view_of
from evomerge.run.preparation.preflight import Prepared, prepare
from evomerge.search.algorithms import ALGORITHMS
from evomerge.weights import open_parent
from evomerge.workers.driver import answers
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job

Place = tuple[str, int, int]
"""The way, the budget in evaluations, the seed."""


def recipe_of(base: Path, way: str, budget: int, seed: int) -> Recipe:
    """The recipe that searches in a way."""
    said = way.split("+")
    recipe = load_recipe(next((part for part in said if part.endswith(".yaml")), base))
    plain = recipe.plain()
    settings: dict[str, Any] = plain["evolve"]
    settings |= {"seed": seed, "budget": {"evaluations": budget}, "random_search": False}
    for part in said:
        if part in ALGORITHMS:
            settings |= {"search": {"algorithm": part}}
            if ALGORITHMS[part].all_items:
                settings |= {"race": False}
        elif part.startswith("cycles="):
            settings |= {"cycles": int(part.removeprefix("cycles="))}
        elif part.startswith("start="):
            settings |= {"start_from": part.removeprefix("start=")}
    return recipe_from(plain, recipe.source)


def known(file: Path) -> dict[Place, dict[str, float]]:
    """What earlier sessions have measured."""
    lines = file.read_text().splitlines() if file.is_file() else []
    rows = [json.loads(line) for line in lines]
    return {(row["way"], row["budget"], row["seed"]): row for row in rows}


def measured(base: Path, place: Place) -> dict[str, Any]:
    """One search to its winner, and what that scores."""
    way, budget, seed = place
    folder = Path(tempfile.mkdtemp())
    try:
        if "child" in way.split("+"):
            first = winner_of(recipe_of(base, "", budget // 2, seed), folder / "first")
            merge(first, folder / "child")
            recipe = with_child(recipe_of(base, way, budget - budget // 2, seed), folder / "child")
        else:
            recipe = recipe_of(base, way, budget, seed)
        score = sealed_score(base, winner_of(recipe, folder / "run"))
        return {"way": way, "budget": budget, "seed": seed, "winner": score}
    finally:
        shutil.rmtree(folder)


def winner_of(recipe: Recipe, run: Path) -> Recipe:
    """What a search chooses by its validation items."""
    try:
        evolve(recipe, run, registry="none", watch=stop_at_winner)
    except Stopped:
        if not view_of(run).finalists:
            raise
    return recipe_from(dict(view_of(run).finalists[0].recipe))


def with_child(recipe: Recipe, child: Path) -> Recipe:
    """A recipe of slices whose first model is another one."""
    plain = recipe.plain()
    plain["slices"][0]["sources"][0]["model"] = str(child)
    return recipe_from(plain, recipe.source)


def stop_at_winner(record: Record) -> None:
    """End a run early, as Ctrl-C does, when its winner is chosen."""
    if isinstance(record.what, WinnerChosen):
        os.kill(os.getpid(), signal.SIGINT)


@cache
def opened(base: Path) -> Prepared:
    """A recipe's tasks with their test items open; they are the same for all ways and seeds."""
    prepared = prepare(load_recipe(base))
    prepared.benchmark.open_test(ItemsOpened("in a benchmark"))
    return prepared


def sealed_score(base: Path, winner: Recipe) -> float:
    """The fitness of a recipe without genes on the test items of one with genes."""
    prepared = opened(base)
    more = [open_parent(n) for n in winner.parent_names if n not in prepared.parents]
    parents = prepared.with_parents(prepared.recipe, more).parents
    items = prepared.benchmark.items(Split.TEST)
    with LocalWorkers().for_parents(parents, prepared.tokenizer) as running:
        (answer,) = answers(running, [Job(0, winner, [item.requests for item in items])])
    scores = prepared.benchmark.grade(items, answer.responses)
    return prepared.benchmark.fitness(prepared.benchmark.task_means(scores))


def error(values: Sequence[float]) -> float:
    """The standard error of a mean; infinite for one value."""
    return stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("inf")


def print_table(rows: dict[Place, dict[str, float]], ways: Sequence[str], budget: int) -> None:
    """One row a way: mean over seeds, and difference from the first way."""
    scores = {
        way: {seed: row["winner"] for (w, b, seed), row in rows.items() if (w, b) == (way, budget)}
        for way in ways
    }
    print(f"| {budget} evaluations | sealed items | from {ways[0]}, paired | seeds |")
    print("| --- | --- | --- | --- |")
    for way, by_seed in scores.items():
        both = sorted(by_seed.keys() & scores[ways[0]].keys())
        gaps = [by_seed[seed] - scores[ways[0]][seed] for seed in both]
        if not by_seed:
            continue
        values = [*by_seed.values()]
        gap = f"{fmean(gaps):+.3f} ± {error(gaps):.3f}" if gaps and way != ways[0] else ""
        print(f"| {way} | {fmean(values):.3f} ± {error(values):.3f} | {gap} | {len(values)} |")


def main() -> None:
    """Run what is missing, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--ways", nargs="+", default=["cma-es", "random"])
    parser.add_argument("--budgets", type=int, nargs="+", default=[40])
    parser.add_argument("--seeds", type=int, nargs="+", default=[*range(5)])
    parser.add_argument("--out", type=Path, default=Path("searches.jsonl"))
    arguments = parser.parse_args()
    for budget in arguments.budgets:
        for seed in arguments.seeds:
            for way in arguments.ways:
                if (way, budget, seed) not in known(arguments.out):
                    row = measured(arguments.recipe, (way, budget, seed))
                    with arguments.out.open("a") as file:
                        file.write(json.dumps(row) + "\n")
        print_table(known(arguments.out), arguments.ways, budget)


if __name__ == "__main__":
    main()
