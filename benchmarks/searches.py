"""Ways to search compared by what their winners score on sealed items, in whole runs.

    python -m benchmarks.searches recipes/quickstart.yaml --ways cma-es random cycles=3 --seeds 5

A way is an algorithm's name, `cycles=N` (of the recipe's own algorithm), or the file of another
recipe over the same tasks. Each run ends in its verdict, and what the winner scores on the sealed
items is written to a file, a line each, so that an interrupted comparison goes on where it
stopped. The table has the mean over seeds, its standard error, and the difference from the first
way, paired by seed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from evomerge import evolve, load_recipe
from evomerge.recipe import Recipe, recipe_from
from evomerge.search.algorithms import ALGORITHMS

Place = tuple[str, int, int]
"""The way, the budget in evaluations, the seed."""


def recipe_of(base: Path, way: str, budget: int, seed: int) -> Recipe:
    """The recipe that searches in a way."""
    recipe = load_recipe(way if way.endswith(".yaml") else base)
    plain = recipe.plain()
    settings: dict[str, Any] = {"seed": seed, "budget": {"evaluations": budget}}
    if way in ALGORITHMS:
        settings |= {"search": {"algorithm": way}}
        if ALGORITHMS[way].all_items:
            settings |= {"race": False}
    elif way.startswith("cycles="):
        settings |= {"cycles": int(way.removeprefix("cycles="))}
    plain["evolve"] |= settings
    return recipe_from(plain, recipe.source)


def known(file: Path) -> dict[Place, dict[str, float]]:
    """What earlier sessions have measured."""
    lines = file.read_text().splitlines() if file.is_file() else []
    rows = [json.loads(line) for line in lines]
    return {(row["way"], row["budget"], row["seed"]): row for row in rows}


def measured(base: Path, place: Place) -> dict[str, Any]:
    """One run to its verdict."""
    way, budget, seed = place
    folder = Path(tempfile.mkdtemp())
    try:
        run = evolve(recipe_of(base, way, budget, seed), folder / "run", registry="none")
        return {
            "way": way,
            "budget": budget,
            "seed": seed,
            "winner": run.verdict.winner,
            "best_parent": run.verdict.best_parent,
        }
    finally:
        shutil.rmtree(folder)


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
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("searches.jsonl"))
    arguments = parser.parse_args()
    rows = known(arguments.out)
    for budget in arguments.budgets:
        for seed in range(arguments.seeds):
            for way in arguments.ways:
                if (way, budget, seed) not in rows:
                    row = measured(arguments.recipe, (way, budget, seed))
                    with arguments.out.open("a") as file:
                        file.write(json.dumps(row) + "\n")
                    rows[way, budget, seed] = row
        print_table(rows, arguments.ways, budget)


if __name__ == "__main__":
    main()
