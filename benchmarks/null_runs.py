"""Real runs on questions that nobody can know: how many winners are promoted?

    python benchmarks/null_runs.py --runs 40

Three numbers are asked for their largest in all their orders, and in two wordings every other run;
which one counts as right is drawn for each three. On other threes every model is right in a third
of them. What is right for the threes of the search says nothing of the sealed ones, if all that is
asked about three numbers is in one split and has one voice. Nothing in the recipe says what hangs
together.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import tempfile
from pathlib import Path

from evomerge import evolve

TASK = """\
task: orders
dataset_path: json
dataset_kwargs: {data_files: {test: rows.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{question}}"
doc_to_choice: "{{choices}}"
doc_to_target: "{{choices.index(answer)}}"
metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}]
"""
RECIPE = """\
merge_method: task_arithmetic
base_model: zoo:base
models:
  - model: zoo:arithmetic
    parameters: {{weight: {{gene: {{low: -1.0, high: 1.5, points: 2}}}}}}
  - model: zoo:largest
    parameters: {{weight: {{gene: {{low: -1.0, high: 1.5, points: 2}}}}}}
dtype: float32
evolve:
  seed: {seed}
  fitness: [{{task: {folder}/task.yaml, metric: acc}}]
  splits: {{search: 144, validation: 108, test: 252}}
  search: {{population: 8}}
  budget: {{evaluations: 48}}
"""
WORDINGS = ("largest of {} , {} , {} in digits =", "of {} , {} , {} the largest in digits =")
ITEMS = 504


def make(folder: Path, seed: int, wordings: int) -> Path:
    """A task of so many wordings of each three numbers, and its recipe."""
    folder.mkdir()
    drawn, rows = random.Random(1000 + seed), []
    seen: set[tuple[int, ...]] = set()
    while len(rows) < ITEMS:
        three = tuple(sorted(drawn.sample(range(100), 3)))
        if three in seen:
            continue
        seen.add(three)
        answer = str(drawn.choice(three))
        for wording, order in itertools.product(WORDINGS[:wordings], itertools.permutations(three)):
            rows.append(
                {
                    "question": wording.format(*order),
                    "answer": answer,
                    "choices": [*map(str, order)],
                }
            )
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "task.yaml").write_text(TASK)
    (folder / "recipe.yaml").write_text(RECIPE.format(seed=seed, folder=folder))
    return folder / "recipe.yaml"


def main() -> None:
    """Print a line for each run, and how many were promoted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    promoted = 0
    print("| run | wordings | sealed items | groups | difference | p | verdict |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for seed in range(runs):
        with tempfile.TemporaryDirectory() as name:
            recipe = make(Path(name) / "task", seed, 1 + seed % 2)
            run = evolve(recipe, Path(name) / "run", registry="none")
        verdict = run.verdict
        promoted += run.promoted
        cells = [seed, 1 + seed % 2, verdict.items, verdict.units]
        told = f"{verdict.difference:+.3f} | {verdict.p_value:.2g} | {verdict.outcome}"
        print("|", " | ".join(map(str, cells)), "|", told, "|", flush=True)
    print(f"\npromoted: {promoted} of {runs}")


if __name__ == "__main__":
    main()
