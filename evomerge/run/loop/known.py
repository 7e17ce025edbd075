"""What a run knows of new documents: whether there are such items, and who solves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.curriculum.population import Document
from evomerge.ledger import Split
from evomerge.run.loop.made_items import made_items
from evomerge.run.loop.population import Population
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.items.item import content_id
from evomerge.score.items.nearness import nearly_known
from evomerge.score.prompts.document import gold_answer, question_text


@dataclass(frozen=True)
class KnownToRun:
    """What the run knows, as the curriculum asks it.

    Args:
        task: that documents are for, by its name in the run.
        before: documents that were made earlier.
    """

    prepared: Prepared
    population: Population
    task: str
    before: Sequence[Document] = ()

    def solved(self, documents: Sequence[Document]) -> list[float]:
        """Of each document the share of the population that solves it, from 0 to 1."""
        if not documents:
            return []
        made = made_items(self.prepared, self.task, documents)
        recipes = self.population.all
        requests = [item.requests for item in made.items]
        found = self.population.answer(recipes, [requests] * len(recipes))
        high = made.task.scale.high
        sums = dict.fromkeys((item.id for item in made.items), 0.0)
        for answered in found:
            for score in made.task.grader.grade(made.items, answered.items):
                sums[score.item] += score.value / high
        return [sums[content_id(document)] / len(recipes) for document in documents]

    def near(self, documents: Sequence[Document]) -> list[str | None]:
        """Of each document the id of the item that it nearly equals; None where it is new."""
        terms = self.prepared.benchmark.terms
        there = [item for term in terms for split in Split for item in term.items[split]]
        made = made_items(self.prepared, self.task, [*self.before, *documents]).items
        return nearly_known([*there, *made[: len(self.before)]], made[len(self.before) :])


@dataclass(frozen=True)
class TaskAsReader:
    """Reads documents as one of the run's tasks does.

    Args:
        task: of lm-eval.
    """

    task: Any

    def question(self, document: Document) -> str:
        """Its question, as a model is shown it without examples and chat turns."""
        return self._read(question_text, document)

    def gold(self, document: Document) -> str | None:
        """The answer that the task holds right; None where there is none."""
        return self._read(gold_answer, document)

    def _read(self, how: Any, document: Document) -> Any:
        try:
            return how(self.task, dict(document))
        except Exception as error:  # a task's templates may raise anything
            raise ValueError(str(error)) from None
