"""A run whose fitness is planted: what each parent is worth is known, and no model is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from evomerge.engine.request import Likely
from evomerge.ledger import Cost, Ledger, Split
from evomerge.recipe import Genome, Recipe, parse_recipe
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.explaining.ablation import Ablation
from evomerge.run.explaining.validation_scores import ValidationScores
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.term import Term
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Job
from tests.run.fakes import Fake, FirstValue, answered, items

COUNT = 200
GENE = "{gene: {low: 0, high: 1}}"
Value = Callable[[Mapping[str, float]], float]
"""The fitness that is planted, of the parents that are there and their weights."""


def recipe_of(names: str, method: str = "task_arithmetic") -> Recipe:
    """Parents with a weight of their own; a base where the method has one."""
    models = "".join(f"  - {{model: {name}, parameters: {{weight: {GENE}}}}}\n" for name in names)
    base = "" if method == "linear" else "base_model: base\n"
    return parse_recipe(
        f"merge_method: {method}\n{base}models:\n{models}"
        "evolve: {fitness: [{task: t, metric: m}], budget: {evaluations: 9}}"
    )


class Planted:
    """A winner whose parents all have weight 1, and what is measured of it.

    Args:
        names: a letter for each parent.
        value: the planted fitness.
        noise: standard deviation over items of what each parent adds to an item.
        seed: of the items' noise.
    """

    def __init__(
        self,
        ledger: Ledger,
        names: str,
        value: Value,
        *,
        budget: int = 1000,
        method: str = "task_arithmetic",
        noise: float = 0.0,
        winner: Mapping[str, float] | None = None,
        seed: int = 1,
    ) -> None:
        self.ledger = ledger
        self.recipe, self._value = recipe_of(names, method), value
        splits = {split: items(split.value, COUNT) for split in Split}
        benchmark = Benchmark([Term("t", "m", 1.0, FirstValue(), splits)])
        content = {name: name for name in (*names, "base")}
        prepared = Fake(self.recipe, {}, content, None, benchmark)
        generator = np.random.default_rng(seed)
        self._noise = {name: noise * generator.standard_normal(COUNT) for name in names}
        self.workers = FakeWorkers(self._answer)
        evaluations = Evaluations(ledger, benchmark, lambda: None)
        weights = winner or dict.fromkeys(names, 1.0)
        self.winner = Genome(self.recipe).decode([weights[name] for name in names])
        self.ablation = Ablation(self.recipe, self.winner)
        free = [prepared.digest(self.winner)]
        self.measured = ValidationScores(prepared, evaluations, self.workers, budget, free)
        self.measured.score([self.winner])

    def _answer(self, job: Job):
        weights = {e.model: float(e.parameters.get("weight", 1.0)) for e in job.recipe.models or ()}
        weights.pop("base", None)
        mean = self._value(weights)
        chosen = range(len(job.requests)) if job.chosen is None else job.chosen
        noise = sum((w * self._noise[n] for n, w in weights.items()), np.zeros(COUNT))
        return answered(job, [(Likely(mean + noise[n], False),) for n in chosen], Cost())
