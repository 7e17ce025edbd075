"""What a run knows of new documents: whether there are such items, and who solves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evomerge.curriculum.population import Document, SolvedBy
from evomerge.ledger import MadeItem
from evomerge.run.loop.corrections import as_item, is_correction
from evomerge.run.loop.made_items import made_items
from evomerge.run.loop.population import Population
from evomerge.run.loop.standing import standing_items
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.items.duplicates import nearly_known
from evomerge.score.items.item import Item, content_id
from evomerge.score.tasks.reader import DocumentReader


@dataclass(frozen=True)
class KnownToRun:
    """What the run knows, as the curriculum asks it.

    Args:
        task: that documents are for, as the recipe names it.
        before: what was made earlier.
    """

    prepared: Prepared
    population: Population
    task: str
    reader: DocumentReader
    """Of the task."""
    before: Sequence[MadeItem] = ()

    def solved(self, documents: Sequence[Document]) -> list[SolvedBy]:
        """Who of the population solves each document."""
        if not documents:
            return []
        made = made_items(self.prepared, self.task, documents)
        recipes = self.population.all
        requests = [item.requests for item in made.items]
        found = self.population.answer(recipes, [requests] * len(recipes))
        high = made.task.scale.high
        scores: dict[str, list[float]] = {item.id: [] for item in made.items}
        for answered in found:
            for score in made.task.grader.grade(made.items, answered.items):
                scores[score.item].append(score.value / high)
        return [self._solved_by(scores[content_id(document)]) for document in documents]

    def _solved_by(self, scores: Sequence[float]) -> SolvedBy:
        """From the scores of parents and elites, in their order; without elites nobody leads."""
        leads = len(self.population.parents) if self.population.elites else len(scores)
        rivals = [score > 0 for place, score in enumerate(scores) if place != leads]
        leader = any(score > 0 for score in scores[leads : leads + 1])
        return SolvedBy(sum(scores) / len(scores), leader, any(rivals), all(rivals))

    def near(self, documents: Sequence[Document]) -> list[str | None]:
        """Of each document the id of the item that it nearly equals; None where it is new."""
        there = [*standing_items(self.prepared), *map(self._made, self.before)]
        return nearly_known([*map(self._item, documents)], there)

    def _made(self, one: MadeItem) -> Item:
        return as_item(one) if is_correction(one) else self._item(one.document)

    def _item(self, document: Document) -> Item:
        return self.reader.item(document, self.task)
