"""A promotion as it really is, of models that are made up."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evomerge.engine.request import Likelihood, Likely, Response, prompt_hash
from evomerge.ledger import ItemScore, Ledger, Model, Registry, Role, Split, State
from evomerge.recipe import Floor, Recipe, parse_recipe, recipe_from
from evomerge.report.verdict import Verdict
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.promotion import Promotion
from evomerge.score.audits.audit import TaskAudit, audit_scores
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.scale import Scale
from evomerge.score.tasks.term import Term
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer, Job

Scores = NDArray[np.float64]
WINNER = "winner"


@dataclass(frozen=True)
class Case:
    """What is brought before the court: tasks, and what models truly score on their test items."""

    scores: Mapping[str, Mapping[str, Scores]]
    """By model, by task: the score of each test item. One model is the winner."""
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By task, the ids of its items; by default each task has its own."""
    units: Units = ALONE
    scales: Mapping[str, Scale] = field(default_factory=dict)
    """What a task's scores can be."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Of tasks; 1 by default."""
    floors: Mapping[str, Floor] = field(default_factory=dict)
    how: str = "raw"

    @property
    def tasks(self) -> list[str]:
        """Their names."""
        return [*self.scores[WINNER]]

    def items(self, task: str) -> list[str]:
        """The ids of a task's test items."""
        default = [f"{task} {n}" for n in range(len(self.scores[WINNER][task]))]
        return [*self.ids.get(task, default)]


class _Told:
    """Scores an item as the model says."""

    judge = "the world"
    concurrent = True

    def grade(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[ItemScore]:
        scores = []
        for item, (response,) in zip(items, responses, strict=True):
            assert isinstance(response, Likely)
            scores.append(ItemScore(item.task, item.id, response.logprob))
        return scores

    regrade = grade

    def lenient(
        self,
        items: Sequence[Item],
        responses: Sequence[Sequence[Response]],
        scores: Sequence[ItemScore],
    ) -> list[ItemScore]:
        return [*scores]

    def audit(
        self,
        items: Sequence[Item],
        responses: Sequence[Sequence[Response]],
        scores: Sequence[float],
    ) -> TaskAudit:
        return audit_scores(scores)


def hear(case: Case, folder: Path, registry: Registry, alpha: float = 0.05) -> Verdict:
    """The verdict on a case, by a run in a folder of its own.

    Args:
        folder: of the run; made if need be. The same one for another finalist of the same run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    benchmark = _benchmark(case)
    recipe = _recipe([name for name in case.scores if name != WINNER], alpha)
    prepared = Prepared(recipe, {}, {}, None, benchmark)
    models = {name: Offspring(_alone(name), f"{name} {folder}") for name in case.scores}
    # Another winner is another digest: what it scores tells it apart.
    told = repr([values.tolist() for values in case.scores[WINNER].values()])
    models[WINNER] = Offspring(_alone(WINNER), f"{WINNER} {hash(told)}")
    workers = FakeWorkers(lambda job: _answer(case, benchmark, job))
    with Ledger(folder, create=True) as ledger:
        evaluations = Evaluations(ledger, benchmark, lambda: None)
        promotion = Promotion(
            prepared, evaluations, ledger, registry, str(folder), lambda _: workers
        )
        winner = models.pop(WINNER)
        parents = {Model(Role.PARENT, name): offspring for name, offspring in models.items()}
        return promotion.promote(winner, parents, workers)


def _benchmark(case: Case) -> Benchmark:
    terms = []
    for number, task in enumerate(case.tasks):
        test = [
            Item(task, name, n, (Likelihood((number, n), 1),))
            for n, name in enumerate(case.items(task))
        ]
        items = {Split.SEARCH: [], Split.VALIDATION: [], Split.TEST: test}
        terms.append(
            Term(
                task,
                "score",
                case.weights.get(task, 1.0),
                _Told(),
                items,
                case.floors.get(task),
                scale=case.scales.get(task),
            )
        )
    return Benchmark(terms, case.how, case.units)  # type: ignore[arg-type]


def _answer(case: Case, benchmark: Benchmark, job: Job) -> Answer:
    name = (job.recipe.models or ())[0].model
    tasks = [term.task for term in benchmark.terms]
    responses = []
    for (request,) in job.asked:
        assert isinstance(request, Likelihood)
        number, item = request.tokens
        value = case.scores[name][tasks[number]][item]
        responses.append((Likely(float(value), False),))
    return Answer(job.key, State.SCORED, "", responses, prompts=prompt_hash(job.asked))


def _alone(name: str) -> Recipe:
    return recipe_from({"merge_method": "linear", "models": [{"model": name}]})


def _recipe(parents: Sequence[str], alpha: float) -> Recipe:
    models = "\n".join(f"  - {{model: {name}}}" for name in parents)
    return parse_recipe(
        f"merge_method: linear\nmodels:\n{models}\nevolve:\n"
        f"  fitness: [{{task: t, metric: m}}]\n  alpha: {alpha}\n  budget: {{evaluations: 1}}\n"
    )


@contextmanager
def session() -> Iterator[Path]:
    """A folder for runs, in memory where the system has room for files there."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)
