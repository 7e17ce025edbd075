"""What lm-eval asks for each document of a task, and the answers put in their places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from evomerge.engine.request import Request, Response
from evomerge.score.grading.grader import Responses
from evomerge.score.grading.replies import hear
from evomerge.score.items.item import Item


class Instances:
    """lm-eval's instances of a task's documents.

    Args:
        task: an lm-eval task.
    """

    def __init__(self, task: Any) -> None:
        self._task = task
        self._by_doc: dict[int, list[tuple[Any, int]]] = {}

    def note(self, doc_id: int, asked: list[tuple[Any, int]]) -> None:
        """Note a document's instances, and how many requests each of them makes."""
        self._by_doc[doc_id] = asked

    def doc(self, item: Item) -> Any:
        """The document that an item is."""
        return self.of(item)[0][0].doc

    def of(self, item: Item) -> list[tuple[Any, int]]:
        """The instances of an item's document, and how many requests each of them makes."""
        return self._by_doc[item.doc_id]

    def answered(
        self, items: Sequence[Item], responses: Responses, filter_name: str
    ) -> list[list[Any]]:
        """The instances of items with the answers to them, as a filter reads those.

        Raises:
            TrialError: the filter cannot read an answer.
        """
        asked = [self.of(item) for item in items]
        return hear(self._task, filter_name, asked, responses, [item.id for item in items])

    def pieces(
        self, item: Item, responses: Sequence[Response]
    ) -> list[list[tuple[Request, Response]]]:
        """What was asked and answered, instance by instance: of a long text in several pieces."""
        pairs = zip(item.requests, responses, strict=True)
        return [list(islice(pairs, count)) for _, count in self.of(item)]
