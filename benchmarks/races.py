"""Racing against full evaluation on a real recipe: items scored, and how good the winner is.

    python benchmarks/races.py recipes/quickstart.yaml --seeds 0 1 2

Runs the recipe twice for each seed, with races and with every item for everyone, and prints for
each pair the items that the search scored, and the winners' validation and test scores.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from evomerge import evolve, load_recipe
from evomerge.ledger import BaselinesNamed, Ledger
from evomerge.recipe import recipe_from


@dataclass(frozen=True)
class Outcome:
    """One run."""

    items: int
    """Scored by the search: without parents and uniform merge, which both runs score."""
    candidates: int
    validation: float
    test: float


def measure(recipe: Path, seed: int, race: bool, folder: Path) -> Outcome:
    """Run a recipe with or without races."""
    plain = load_recipe(recipe).plain()
    if not race:
        plain["evolve"]["race"] = False
    run = evolve(recipe_from(plain), folder, seed=seed)
    with Ledger(folder) as ledger:
        baselines = {named.digest for named in ledger.all_of(BaselinesNamed)[0].models}
        parts = [p for p in ledger.parts(with_scores=True) if p.split == "search"]
    searched = [part for part in parts if part.digest not in baselines]
    return Outcome(
        items=sum(len(part.scores) for part in searched),
        candidates=len({part.digest for part in searched}),
        validation=run.verdict.choice.finalists[0].validation,
        test=run.verdict.winner,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    columns = ("seed", "items, full", "raced", "fewer", "validation, full", "raced")
    print(f"| {' | '.join([*columns, 'test, full', 'raced'])} |\n|{' --- |' * 8}")
    fewer, regrets = [], []
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory() as folder:
            full = measure(arguments.recipe, seed, False, Path(folder) / "full")
            raced = measure(arguments.recipe, seed, True, Path(folder) / "raced")
        fewer.append(full.items / raced.items)
        regrets.append(full.validation - raced.validation)
        print(
            f"| {seed} | {full.items} | {raced.items} | {fewer[-1]:.1f}x | {full.validation:.3f} | "
            f"{raced.validation:.3f} | {full.test:.3f} | {raced.test:.3f} |",
            flush=True,
        )
    print(
        f"\nmedian: {statistics.median(fewer):.1f}x fewer items, validation regret "
        f"{statistics.median(regrets):+.3f}"
    )


if __name__ == "__main__":
    main()
