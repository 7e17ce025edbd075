"""A benchmark of one counted answer, and a recipe without models: all but the loop is fake."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evomerge.engine.request import Likelihood, Likely, Response, prompt_hash
from evomerge.ledger import Cost, ItemScore, Model, Role, Split, State
from evomerge.recipe import Floor, Recipe, parse_recipe
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.audit import TaskAudit, audit_scores, fingerprint
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.score.tasks.term import Term
from evomerge.workers.protocol import Answer, Job

TEXT = """
merge_method: linear
models:
  - {model: A, parameters: {weight: {gene: {low: 0, high: 1}}}}
  - {model: B, parameters: {weight: {gene: {low: 0, high: 1}}}}
evolve:
  fitness: [{task: t, metric: m}]
  search: {population: 4}
  race: %s
  budget: {%s}
"""
PEAK = (0.2, 0.9)
A, B = Model(Role.PARENT, "A"), Model(Role.PARENT, "B")


def weights_of(recipe: Recipe) -> tuple[float, float]:
    first, second = (entry.parameters["weight"] for entry in recipe.models or ())
    return float(first), float(second)  # type: ignore[arg-type]


class FirstValue:
    """Grades an item by the first log-likelihood."""

    def grade(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[ItemScore]:
        scores = []
        for item, (response,) in zip(items, responses, strict=True):
            assert isinstance(response, Likely)
            scores.append(ItemScore(item.task, item.id, response.logprob))
        return scores

    regrade = grade
    judge = "the first value"
    concurrent = True

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
        return audit_scores(scores, asked=fingerprint(items))

    def facts(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[AnswerFacts]:
        return []


def items(split: str, count: int) -> list[Item]:
    return [Item("t", f"{split}{n:03d}", n, (Likelihood((1, 2, n), 1),)) for n in range(count)]


class Fake(Prepared):
    """Without models, so that a recipe's digest is all that is known of its weights."""

    def made_of(self, recipe: Recipe) -> str:
        return self.digest(recipe)


def prepared(
    budget: str = "evaluations: 10", race: str = "false", count: int = 3, floor: Floor | None = None
) -> Prepared:
    recipe = parse_recipe(TEXT % (race, budget))
    splits = {split: items(split.value, count) for split in Split}
    benchmark = Benchmark([Term("t", "m", 1.0, FirstValue(), splits, floor)])
    return Fake(recipe, {}, {"A": "a", "B": "b"}, None, benchmark)


def near_peak(job: Job, tokens: Callable[[Job], int] = lambda job: 10) -> Answer:
    """The closer to the peak the better; the key stands in for what an item adds."""
    a, b = weights_of(job.recipe)
    value = -((a - PEAK[0]) ** 2) - (b - PEAK[1]) ** 2
    chosen = range(len(job.requests)) if job.chosen is None else job.chosen
    responses = [(Likely(value + 0.01 * n, False),) for n in chosen]
    return answered(job, responses, Cost(0.1, 0.2, 0.3, tokens(job)))


def answered(job: Job, responses: Sequence[Sequence[Response]], cost: Cost | None = None) -> Answer:
    """What an honest worker says: with a hash of what it was asked."""
    prompts = prompt_hash(job.asked)
    return Answer(job.key, State.SCORED, "", responses, cost or Cost(), "fake", prompts)
