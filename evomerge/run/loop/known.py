"""What a run knows of new documents: whether there are such items, and who solves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evomerge.curriculum.population import Document
from evomerge.ledger import Split
from evomerge.run.loop.made_items import made_items, made_task
from evomerge.run.loop.population import Population
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.items.duplicates import nearly_known
from evomerge.score.items.item import Item, content_id

if TYPE_CHECKING:
    from evomerge.score.tasks.task import Task


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
        earlier, new = map(self._questions, (self.before, documents))
        like = nearly_known([*new.values()], [*there, *earlier.values()])
        found = dict(zip(new, like, strict=True))
        return [found[content_id(document)] for document in documents]

    def _questions(self, documents: Sequence[Document]) -> dict[str, Item]:
        """Documents as questions of the task, by their ids."""
        questions = made_task(self.prepared, self.task, documents).questions()
        return {item.id: replace(item, task=self.task) for item in questions}


@dataclass(frozen=True)
class TaskAsReader:
    """Reads documents as one of the run's tasks does."""

    task: Task

    def question(self, document: Document) -> str:
        """Its question, as a model is shown it without examples and chat turns."""
        return self._worded(document)[0]

    def gold(self, document: Document) -> str | None:
        """The answer that the task holds right; None where there is none."""
        return self._worded(document)[1]

    def _worded(self, document: Document) -> tuple[str, str | None]:
        try:
            return self.task.worded(dict(document))
        except Exception as error:  # a task's templates may raise anything
            raise ValueError(f"the task cannot read it ({error})") from None
