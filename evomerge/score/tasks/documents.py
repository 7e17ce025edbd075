"""The documents of a task as items: each content once, in the groups that the recipe declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from math import ceil
from typing import Any

from jinja2 import StrictUndefined, TemplateError

from evomerge.recipe import FitnessTerm
from evomerge.score.foreign_code.mistakes import Mistakes
from evomerge.score.items.item import Item, content_id
from evomerge.score.library.templates import TaskTemplates
from evomerge.score.prompts.document import choice_texts, gold_answer, question_text
from evomerge.score.tasks.reader import DocumentReader

_GROUPS = TaskTemplates(undefined=StrictUndefined)


class Documents:
    """The documents of a task that are asked.

    Args:
        task: an lm-eval task.
    """

    def __init__(self, task: Any, term: FitnessTerm, mistakes: Mistakes) -> None:
        self._task, self._term, self._mistakes = task, term, mistakes
        self.by_id: dict[str, Any] = {}
        """The document of each question, by its id."""
        self.duplicates = 0
        self.reader = DocumentReader(task)
        """Reads documents that are none of them."""

    @property
    def limit(self) -> int | None:
        """How many are asked, the first ones; None for all."""
        limit = self._term.limit
        return ceil(limit * len(self._task.eval_docs)) if isinstance(limit, float) else limit

    def items(self, name: str) -> list[Item]:
        """The items that they are, in their order; nothing is asked for them yet.

        Args:
            name: that their scores are filed under.

        Raises:
            RecipeError: a document cannot be read, or is in no group.
        """
        items: list[Item] = []
        for doc_id, doc in enumerate(islice(self._task.eval_docs, self.limit)):
            item_id = content_id(doc)
            if item_id in self.by_id:
                self.duplicates += 1
                continue
            self.by_id[item_id] = doc
            choices = tuple(choice_texts(self._task, doc))
            text = "\n".join([question_text(self._task, doc), *choices])
            gold = gold_answer(self._task, doc) or ""
            items.append(Item(name, item_id, doc_id, (), text, gold, self._group(doc), choices))
        return items

    def of(self, items: Sequence[Item]) -> list[Any]:
        """The documents that items are."""
        return [self.by_id[item.id] for item in items]

    def _group(self, doc: Mapping[str, Any]) -> str:
        """What the recipe's `group` makes of a document."""
        if self._term.group is None:
            return ""
        try:
            return str(_GROUPS.from_string(self._term.group).render(**doc)).strip()
        except Exception as error:  # a template may raise anything that its expressions do
            known = ", ".join(map(str, doc))
            kind = "not a template" if isinstance(error, TemplateError) else "cannot be made"
            raise self._mistakes.found(
                f"group: {kind} ({error}); a document has the fields {known}"
            ) from None
