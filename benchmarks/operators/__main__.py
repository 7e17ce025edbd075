"""Does an operator that was found on some parents serve others?

    python -m benchmarks.operators FOLDER --seeds 0 1 2

FOLDER gets parents, tasks and `lines.jsonl`: an interrupted comparison goes on where it stopped.
Genetic programming looks for formulas whose mean over three sets of parents is best; the first few
of these, and each hand-made method, have their numbers searched by CMA-ES on the same three sets,
and by validation items of these the found formula and the best hand-made method are chosen. Then
the numbers of both, and of all other methods, are searched on three other sets of parents, with
as many evaluations each, and what they find is asked the sealed items.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.operators.entries import HAND_MADE, Entry, spelt_out
from benchmarks.operators.finding import find
from benchmarks.operators.opened import OpenedSet
from benchmarks.operators.sets import FINDING, TESTING, ParentSet, train_parents
from benchmarks.operators.skills import write_tasks
from benchmarks.operators.table import chosen, difference, mean_of
from evomerge.ledger import Split

GENERATIONS, POPULATION = 12, 16
"""Of the search for formulas; each candidate is scored on three sets."""
FORMULAS = 3
"""Best formulas of it whose numbers are searched."""
BY_HAND = [entry.name for entry in HAND_MADE]
Row = dict[str, Any]


class Lines:
    """What has been measured, a line each."""

    def __init__(self, file: Path) -> None:
        self._file = file
        texts = file.read_text().splitlines() if file.is_file() else []
        self.rows: list[Row] = [json.loads(text) for text in texts]

    def of(self, stage: str) -> list[Row]:
        """Those of a stage."""
        return [row for row in self.rows if row["stage"] == stage]

    def add(self, row: Row) -> None:
        """Keep one more."""
        with self._file.open("a") as file:
            file.write(json.dumps(row) + "\n")
        self.rows.append(row)

    def formulas(self, folder: Path) -> list[str]:
        """The best formulas over the sets to find on; searched for once."""
        if not self.of("formulas"):
            with contextlib.ExitStack() as stack:
                opened = [stack.enter_context(OpenedSet(one, folder)) for one in FINDING]
                found = find(opened, GENERATIONS, POPULATION, seed=0)
            self.add({"stage": "formulas", "found": found[:FORMULAS]})
        return [str(text) for text in self.of("formulas")[0]["found"]]

    def measure(
        self,
        stage: str,
        parents: ParentSet,
        entries: Sequence[Entry],
        seed: int,
        evaluations: int,
        folder: Path,
    ) -> None:
        """Search the numbers of what is missing; sealed items are asked in tests alone."""
        known = {(row["set"], row["entry"], row["seed"]) for row in self.of(stage)}
        missing = [one for one in entries if (parents.name, one.name, seed) not in known]
        if not missing:
            return
        with OpenedSet(parents, folder) as opened:
            for entry in missing:
                found = opened.search(entry, evaluations, seed)
                row = {"stage": stage, "set": parents.name, "entry": entry.name, "seed": seed}
                row |= {"validation": found.validation, "recipe": found.recipe.plain()}
                print(parents.name, entry.name, seed, f"{found.validation:.3f}", flush=True)
                if stage == "test":
                    row["sealed"] = opened.by_task(found.recipe, Split.TEST)
                self.add(row)


def print_tables(lines: Lines, formula: str, best: str) -> None:
    """The sets to find on by validation items, then those to test on by sealed ones."""
    finding, testing = lines.of("find"), lines.of("test")
    print(f"found: `{formula}`; the best by hand on the sets to find on: {best}\n")
    for rows, names in ((finding, FINDING), (testing, TESTING)):
        seeds = len({row["seed"] for row in rows})
        print(f"{'tested on' if rows is testing else 'found on'}, {seeds} seeds")
        print(f"| entry | {' | '.join(one.name for one in names)} | mean |")
        for entry in dict.fromkeys(row["entry"] for row in rows):
            own = [[r for r in rows if r["entry"] == entry and r["set"] == s.name] for s in names]
            means = [sum(map(_score, one)) / len(one) for one in own if one]
            cells = " | ".join(f"{mean:.3f}" for mean in [*means, sum(means) / len(means)])
            print(f"| `{entry}` | {cells} |")
        print()
    sealed = {(r["entry"], r["set"], r["seed"]): r["sealed"] for r in testing}
    seeds = sorted({row["seed"] for row in testing})
    print(f"| formula less | {' | '.join(one.name for one in TESTING)} | all three |")
    for entry in dict.fromkeys(row["entry"] for row in testing):
        if entry == formula:
            continue
        pairs = [
            [[sealed[name, one.name, seed] for seed in seeds] for one in TESTING]
            for name in (formula, entry)
        ]
        each = [difference([a], [b]) for a, b in zip(*pairs, strict=True)]
        print(f"| `{entry}` | {' | '.join(map(str, [*each, difference(*pairs)]))} |", flush=True)


def _score(row: Row) -> float:
    return mean_of(row["sealed"]) if "sealed" in row else float(row["validation"])


def main() -> None:
    """Make what is missing, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--evaluations", type=int, default=32)
    parser.add_argument("--methods", nargs="+", default=BY_HAND, choices=BY_HAND)
    given = parser.parse_args()
    folder = given.folder.absolute()
    write_tasks(folder / "tasks")
    train_parents(folder)
    lines = Lines(folder / "lines.jsonl")
    found = [spelt_out(text) for text in lines.formulas(folder)]
    for parents in FINDING:
        lines.measure("find", parents, [*found, *HAND_MADE], 0, given.evaluations, folder)
    formula = chosen(lines.of("find"), [entry.name for entry in found])
    best = chosen(lines.of("find"), BY_HAND)
    tested = [one for one in HAND_MADE if one.name in (best, *given.methods)]
    entries = [spelt_out(formula), *tested]
    for seed, parents in product(given.seeds, TESTING):
        lines.measure("test", parents, entries, seed, given.evaluations, folder)
    print_tables(lines, formula, best)


if __name__ == "__main__":
    main()
