"""What a loop is worth beside the same search without it, on sealed items that nobody wrote for it.

    python -m benchmarks.closing recipes/loop.yaml --task zoo_arithmetic_french --seeds 0 1 2

Each seed is a run with all three controls. A line for each is added to `--out`, so that an
interrupted comparison goes on where it stopped. The table has the mean score at the task over
seeds with its standard error, and the search's own seconds, controls left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, get_args

from evomerge import evolve, load_recipe
from evomerge.ledger import CycleEnded, Ledger
from evomerge.recipe import recipe_from
from evomerge.recipe.evolve import Control
from evomerge.report.reader import view_of

CONTROLS = get_args(Control)


def measured(recipe: Path, task: str, seed: int, folder: Path) -> dict[str, Any]:
    """Run once with all controls: each model's score at the task, and what the search took."""
    plain = load_recipe(recipe).plain()
    plain["evolve"] |= {"seed": seed, "controls": [*CONTROLS]}
    evolve(recipe_from(plain), folder)
    view = view_of(folder)
    assert view.release is not None
    with Ledger(folder) as ledger:
        own = [one for one in ledger.all_of(CycleEnded) if one.cycle >= 0]
    scores = {label: model.tasks[task] for label, model in view.release.verdict.scores.items()}
    made = 0 if view.made is None else view.made.kept
    return {"seed": seed, "seconds": own[-1].active_s, "made": made, "scores": scores}


def told(values: Sequence[float]) -> str:
    """A mean, with its standard error where there are several."""
    if len(values) < 2:
        return f"{values[0]:.3f}"
    return f"{fmean(values):.3f} ± {stdev(values) / len(values) ** 0.5:.3f}"


def main() -> None:
    """Measure what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--task", required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, default=Path("closing.jsonl"))
    given = parser.parse_args()
    lines = given.out.read_text().splitlines() if given.out.exists() else []
    rows = {row["seed"]: row for row in map(json.loads, lines)}
    for seed in given.seeds:
        if seed in rows:
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows[seed] = measured(given.recipe, given.task, seed, Path(folder) / "run")
        with given.out.open("a") as file:
            file.write(json.dumps(rows[seed]) + "\n")
    chosen = [rows[seed] for seed in given.seeds]
    print(f"| model | {given.task} |\n| --- | --- |")
    for label in chosen[0]["scores"]:
        print(f"| {label} | {told([row['scores'][label] for row in chosen])} |")
    seconds, made = ([row[key] for row in chosen] for key in ("seconds", "made"))
    print(f"\n{told(seconds)} s of searching, writing and training; {told(made)} items were made")


if __name__ == "__main__":
    main()
