"""Documents that are none of a task's own, read as it reads its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from evomerge.score.foreign_code.quiet import quiet
from evomerge.score.items.item import Item, content_id
from evomerge.score.prompts.document import choice_texts, gold_answer, question_text

T = TypeVar("T")
NOT_ITS_OWN = -1
"""The number of a document that is not among a task's own."""


class DocumentReader:
    """Reads documents with the fields of a task's own.

    Args:
        task: an lm-eval task.
    """

    def __init__(self, task: Any) -> None:
        self._task = task

    def question(self, document: Mapping[str, Any]) -> str:
        """Its question, without examples and chat turns.

        Raises:
            ValueError: the task's templates or code cannot read it.
        """
        return self._read(lambda doc: question_text(self._task, doc), document)

    def gold(self, document: Mapping[str, Any]) -> str | None:
        """The answer that the task then holds right; None where it names none.

        Raises:
            ValueError: the task's templates or code cannot read it.
        """
        return self._read(lambda doc: gold_answer(self._task, doc), document)

    def item(self, document: Mapping[str, Any], name: str) -> Item:
        """The item that it is, to be compared with others; nothing is asked for it.

        Args:
            name: that the task's scores are filed under.

        Raises:
            ValueError: the task's templates or code cannot read it.
        """
        choices = tuple(self._read(lambda doc: choice_texts(self._task, doc), document))
        text = "\n".join([self.question(document), *choices])
        gold = self.gold(document) or ""
        return Item(name, content_id(document), NOT_ITS_OWN, (), text, gold, choices=choices)

    def _read(self, read: Callable[[dict[str, Any]], T], document: Mapping[str, Any]) -> T:
        try:
            with quiet():
                return read(dict(document))
        except Exception as error:  # a task's templates and code may raise anything
            raise ValueError(f"the task cannot read it ({type(error).__name__}: {error})") from None
