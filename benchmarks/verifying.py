"""Cycles of training on what a population writes by itself: verified by a program, by votes, by
nobody.

    python -m benchmarks.verifying --seeds 0 1

The loop of recipes/loop.yaml with one writer: the best candidate answers sums that a program has
drawn, at temperature 1, and what is kept teaches the next cycle. Five cycles each. The table has
the sealed score at the skill, how many of the kept answers are right, and how varied they are: the
share of different answers among them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.closing import told
from evomerge import evolve, load_recipe
from evomerge.ledger import ItemsMade, Ledger
from evomerge.recipe import recipe_from
from evomerge.report.reader import view_of

RECIPE = Path(__file__).parents[1] / "recipes" / "loop.yaml"
PROGRAMS = RECIPE.parent / "loop"
TASK = "zoo_arithmetic_french"
WRITER = {
    "name": "self",
    "count": 400,
    "questions": {"program": str(PROGRAMS / "draw.py")},
    "chain": [
        {
            "ask": "leader",
            "prompt": "{{ sum }} in french =",
            "max_gen_toks": 8,
            "temperature": 1.0,
        }
    ],
    "document": {"question": "{{ sum }} in french =", "answer": "{{ answer }}"},
}
VERIFIERS: dict[str, list[dict[str, Any]]] = {
    "a program": [{"program": str(PROGRAMS / "check.py")}],
    "a vote of 5": [{"agreement": 0.6, "samples": 5, "temperature": 1.0, "max_gen_toks": 8}],
    "nobody": [],
}


def measured(by: str, seed: int, folder: Path) -> dict[str, Any]:
    """One run of five cycles."""
    plain = load_recipe(RECIPE).plain()
    plain["evolve"] |= {"seed": seed, "cycles": 5, "budget": {"evaluations": 160}, "rails": False}
    plain["evolve"]["curriculum"] |= {
        "writers": [WRITER],
        "verifiers": VERIFIERS[by],
        "solved": {"least": 0.0, "most": 1.0},
    }
    evolve(recipe_from(plain), folder)
    release = view_of(folder).release
    assert release is not None
    with Ledger(folder) as ledger:
        kept = [item for one in ledger.all_of(ItemsMade) for item in one.items]
        each = [
            [_is_right(item.document) for item in one.items] for one in ledger.all_of(ItemsMade)
        ]
    winner = release.verdict.scores["winner"]
    return {
        "by": by,
        "seed": seed,
        "score": winner.tasks[TASK],
        "all": winner.fitness,
        "kept": len(kept),
        "right": [sum(one) / len(one) if one else None for one in each],
        "varied": len({item.solution for item in kept}) / max(1, len(kept)),
    }


def _is_right(document: Any) -> bool:
    digits = "zéro un deux trois quatre cinq six sept huit neuf".split()
    one, _, other = document["question"].split()[:3]
    right = " ".join(digits[int(digit)] for digit in str(int(one) + int(other)))
    return bool(document["answer"] == right)


def main() -> None:
    """Measure what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--out", type=Path, default=Path("verifying.jsonl"))
    given = parser.parse_args()
    lines = given.out.read_text().splitlines() if given.out.exists() else []
    rows = {(row["by"], row["seed"]): row for row in map(json.loads, lines)}
    for seed in given.seeds:
        for by in VERIFIERS:
            if (by, seed) not in rows:
                with tempfile.TemporaryDirectory() as folder:
                    rows[by, seed] = measured(by, seed, Path(folder) / "run")
                with given.out.open("a") as file:
                    file.write(json.dumps(rows[by, seed]) + "\n")
    print("| verified by | sealed score | items kept | of them right, cycle by cycle | varied |")
    print("| --- | --- | --- | --- | --- |")
    for by in VERIFIERS:
        own = [rows[by, seed] for seed in given.seeds]
        right = "; ".join(
            ", ".join("none" if share is None else f"{share:.2f}" for share in row["right"])
            for row in own
        )
        kept, varied = told([row["kept"] for row in own]), told([row["varied"] for row in own])
        print(f"| {by} | {told([row['score'] for row in own])} | {kept} | {right} | {varied} |")


if __name__ == "__main__":
    main()
