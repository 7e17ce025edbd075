"""What it saves that answers are judged beside the driver: paired runs, and their ratio.

    python benchmarks/judging.py recipes/quickstart.yaml --runs 7

The answers of a recipe's first parent to all search items are taken once. Then simulated workers
give them for every candidate: one, as in this process, or eight, each of which takes eight times as
long, so that an answer comes as often. The driver has them judged by the recipe's own tasks: by
itself, or in a thread beside it. Both orders alternate; medians of the pairs' ratios are printed.
The parts must be the same.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch

from evomerge import load_recipe
from evomerge.engine.fake import FAKE
from evomerge.ledger import Part, Split
from evomerge.recipe import Genome, recipe_from
from evomerge.run.evaluation.judged import Begun, judged
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared, prepare
from evomerge.weights import Parent
from evomerge.workers.driver import Driver, answers
from evomerge.workers.local import LocalWorkers
from evomerge.workers.pool import judging_pool
from evomerge.workers.protocol import Answer, Job, Present
from evomerge.workers.rules import Rules


class SimulatedWorkers:
    """Give one answer to every job, each so many seconds after it was submitted."""

    engine = FAKE
    device = torch.device("cpu")

    def __init__(self, answer: Answer, seconds: float, capacity: int) -> None:
        self.rules, self.present = Rules(capacity), Present(capacity)
        self._answer, self._seconds = replace(answer, engine=None), seconds
        self._under_way: list[tuple[float, int]] = []

    def for_parents(self, parents: Mapping[str, Parent], tokenizer: Any) -> Self:
        """The same: nothing is asked of a model."""
        return self

    def submit(self, job: Job) -> None:
        """Note when the answer is due."""
        self._under_way.append((time.perf_counter() + self._seconds, job.key))

    def end(self, key: int) -> None:
        """Forget a job."""
        self._under_way = [one for one in self._under_way if one[1] != key]

    def collect(self, checkpoint: Callable[[], None]) -> Answer:
        """Wait until the first answer is due."""
        due, key = self._under_way.pop(0)
        time.sleep(max(0.0, due - time.perf_counter()))
        return replace(self._answer, key=key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._under_way.clear()


def recorded(prepared: Prepared) -> tuple[Answer, Begun]:
    """What the first parent answers to all search items, and how it is asked."""
    items = prepared.benchmark.items(Split.SEARCH)
    alone = recipe_from(
        {"merge_method": "linear", "models": [{"model": prepared.recipe.parent_names[0]}]}
    )
    with LocalWorkers().for_parents(prepared.parents, prepared.tokenizer) as workers:
        (answer,) = answers(workers, [Job(0, alone, [item.requests for item in items])])
    requests = [item.requests for item in items]
    return answer, Begun(
        prepared.benchmark,
        Offspring(alone, "first parent"),
        Split.SEARCH,
        range(len(items)),
        items,
        requests,
        answer.prompts,
        (),
    )


def seconds(
    prepared: Prepared, workers: SimulatedWorkers, begun: Begun, candidates: int, concurrent: bool
) -> tuple[float, list[Part]]:
    """How long that many candidates take, and what is recorded of them."""
    recipe = Genome(prepared.recipe).decode([0.5] * len(Genome(prepared.recipe)))
    jobs = [Job(key, recipe, ()) for key in range(candidates)]
    began = time.perf_counter()
    with judging_pool(concurrent) as pool:
        driver = Driver(workers, lambda answer: judged(begun, answer), pool)
        parts = [*driver.carry_out(jobs)]
    return time.perf_counter() - began, parts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--candidates", type=int, default=24)
    parser.add_argument("--every", type=float, default=0.3, help="seconds between two answers")
    arguments = parser.parse_args()
    prepared = prepare(load_recipe(arguments.recipe))
    if not prepared.benchmark.judges_concurrently:
        raise SystemExit("this recipe's answers are judged by the driver itself")
    answer, begun = recorded(prepared)
    began = time.perf_counter()
    for _ in range(5):
        judged(begun, answer)
    once = (time.perf_counter() - began) / 5
    print(f"{len(begun.items)} answers are judged in {1000 * once:.0f} ms\n")
    print("| workers | by the driver, s | beside it, s | ratio (median of pairs) |")
    print("| --- | --- | --- | --- |")
    for capacity in (1, 8):
        workers = SimulatedWorkers(answer, arguments.every * capacity, capacity)
        took: dict[bool, list[float]] = {False: [], True: []}
        for run in range(arguments.runs):
            found = {}
            for concurrent in (False, True) if run % 2 else (True, False):
                spent, found[concurrent] = seconds(
                    prepared, workers, begun, arguments.candidates, concurrent
                )
                took[concurrent].append(spent)
            if found[False] != found[True]:
                raise SystemExit("the parts differ")
        ratio = statistics.median(b / a for a, b in zip(took[False], took[True], strict=True))
        alone, with_it = (statistics.median(took[concurrent]) for concurrent in (False, True))
        print(f"| {capacity} | {alone:.2f} | {with_it:.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
