"""What the driver takes beside the models: time a trial, memory, ledger, and resuming.

    python benchmarks/driver.py --trials 100 1000 10000

The workers are simulated: each answers at once, with log-likelihoods that depend on the genome and
on the item. All else is a run's own: search, evaluations, races, ledger. Each size is run in a
process of its own, and resumed in another, from a ledger whose end is not on record, so that all of
the search is done again. The search is a random one, which never runs out of new candidates.
Times are the process's own (CPU), so that they hold on a busy machine as well.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evomerge.cli.main import GARBAGE
from evomerge.engine.request import Likelihood, Likely, Response, prompt_hash
from evomerge.ledger import FILE, Cost, ItemScore, Ledger, Split, State
from evomerge.recipe import Recipe, parse_recipe
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.audit import TaskAudit, audit_scores
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.score.tasks.term import Term
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer, Job

ITEMS = 136
"""Search items of the quickstart's size."""
GENES = 12

RECIPE = """
merge_method: linear
models:
{models}
evolve:
  fitness: [{{task: t, metric: m}}]
  search: {{algorithm: random, population: 20}}
  race: {race}
  budget: {{evaluations: {trials}}}
"""
MODEL = "  - {{model: m{number}, parameters: {{weight: {{gene: {{low: 0, high: 1}}}}}}}}"


class FirstValue:
    """Grades an item by the first log-likelihood."""

    judge = "the first value"
    concurrent = True

    def grade(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[ItemScore]:
        """The score of each item."""
        values = [one.logprob for (one,) in responses if isinstance(one, Likely)]
        pairs = zip(items, values, strict=True)
        return [ItemScore(item.task, item.id, value) for item, value in pairs]

    regrade = grade

    def lenient(
        self,
        items: Sequence[Item],
        responses: Sequence[Sequence[Response]],
        scores: Sequence[ItemScore],
    ) -> list[ItemScore]:
        """The same."""
        return [*scores]

    def audit(
        self,
        items: Sequence[Item],
        responses: Sequence[Sequence[Response]],
        scores: Sequence[float],
    ) -> TaskAudit:
        """Of scores alone."""
        return audit_scores(scores)

    def facts(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[AnswerFacts]:
        """None."""
        return []


class Simulated(Prepared):
    """Without models, so that a recipe's digest is all that is known of its weights."""

    def made_of(self, recipe: Recipe) -> str:
        """Its weights, in words."""
        return repr([entry.parameters for entry in recipe.models or ()])


def prepared(trials: int, race: bool) -> Prepared:
    """A recipe of many genes over models that do not exist."""
    models = "\n".join(MODEL.format(number=number) for number in range(GENES))
    how = "{error: 0.05}" if race else "false"
    recipe = parse_recipe(RECIPE.format(models=models, trials=trials, race=how))
    items = {
        split: [Item("t", f"{split}{n:010d}", n, (Likelihood((1, 2, n), 1),)) for n in range(ITEMS)]
        for split in Split
    }
    content = {name: name for name in recipe.parent_names}
    benchmark = Benchmark([Term("t", "m", 1.0, FirstValue(), items)])
    return Simulated(recipe, {}, content, None, benchmark)


def answer(job: Job) -> Answer:
    """The nearer to a point the better, by an amount that differs from item to item."""
    weights = [float(entry.parameters["weight"]) for entry in job.recipe.models or ()]  # type: ignore[arg-type]
    distance = sum((weight - 0.7) ** 2 for weight in weights)
    chosen = range(len(job.requests)) if job.chosen is None else job.chosen
    responses = [(Likely(-distance - math.sin(n * (1 + weights[0])), False),) for n in chosen]
    cost = Cost(0.1, 0.2, 0.3, 10)
    return Answer(job.key, State.SCORED, "", responses, cost, "fake", prompt_hash(job.asked))


class Worker(FakeWorkers):
    """Takes its own time from the driver's."""

    seconds = 0.0

    def collect(self, checkpoint: object) -> Answer:
        """Answer, and note how long that took."""
        began = time.thread_time()  # a judge may be at work in another thread
        found = super().collect(lambda: None)
        self.submitted.clear()
        self.seconds += time.thread_time() - began
        return found


def search(folder: Path, trials: int, race: bool) -> dict[str, float]:
    """Search, or search again from the ledger; seconds and bytes."""
    gc.set_threshold(GARBAGE)  # as the command does
    ready, workers, spent = prepared(trials, race), Worker(answer), Spent()
    began = time.process_time()
    with Ledger(folder, create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        read = time.process_time() - began
        cycle = Cycle(0, ready, evaluations, ledger, spent)
        cycle.run(workers, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
    whole = time.process_time() - began
    if spent.evaluations != trials:
        raise RuntimeError(f"{spent.evaluations} trials, and not {trials}")
    return {
        "seconds": whole - workers.seconds,
        "read_s": read,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "bytes": (folder / FILE).stat().st_size,
    }


def forget_the_end(folder: Path) -> None:
    """Take the end of the search out of a ledger, as if the run had been killed just before."""
    import sqlite3

    with sqlite3.connect(folder / FILE) as db:
        (ended,) = db.execute("SELECT number FROM records WHERE kind = 'cycle_ended'").fetchone()
        db.execute("DELETE FROM records WHERE number >= ?", (ended,))
    db.close()


def measured(folder: Path, trials: int, race: bool) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--inside", str(folder), "--trials", str(trials)]
    done = subprocess.run([*command, *(["--race"] if race else [])], check=True, stdout=-1)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--race", action="store_true", help="Race the candidates of a generation.")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(search(arguments.inside, arguments.trials[0], arguments.race)))
        return
    print("| trials | driver, ms a trial | memory, MB | ledger, KB a trial | resumed in, s |")
    print("| --- | --- | --- | --- | --- |")
    for trials in arguments.trials:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            first = measured(folder, trials, arguments.race)
            forget_the_end(folder)
            again = measured(folder, trials, arguments.race)
        print(
            f"| {trials:,} | {1000 * first['seconds'] / trials:.2f} | {first['megabytes']:.0f} | "
            f"{first['bytes'] / 1024 / trials:.2f} | {again['seconds']:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
