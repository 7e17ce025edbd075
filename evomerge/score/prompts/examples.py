"""Few-shot examples that give no answer away: never a sealed item, never the item that is asked.

lm-eval draws examples from the documents that it scores where a task has no split of its own for
them. A prompt may then hold the answer of a sealed item, or its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from evomerge.errors import RecipeError
from evomerge.score.items.item import content_id
from evomerge.score.items.units import Units
from evomerge.score.prompts.document import choice_texts, question_text


class Examples:
    """Draws the examples of each document, in the place of lm-eval's sampler.

    Which ones an item gets depends on it and on the documents to choose from, and on nothing that
    was asked before.

    Args:
        pool: documents to draw from.
        first: take the first ones, and draw none.
        units: which documents hang together: none of those is an example for another.
    """

    def __init__(self, pool: Sequence[Any], first: bool, units: Units) -> None:
        self._pool = [(content_id(doc), doc) for doc in pool]
        self._first, self._units = first, units
        self.asked: Any = None
        """The document that examples are drawn for."""

    def set_rnd(self, seed: int | None) -> None:
        """Called by lm-eval for samplers that draw one example after the other."""

    def sample(self, n: int, eval_doc: Any = None, df: Any = None) -> list[Any]:
        """Examples for the document that is asked; called by lm-eval.

        Raises:
            RecipeError: there are fewer documents than that.
        """
        asked = content_id(self.asked)
        unit = self._units.unit(asked)
        others = [(i, doc) for i, doc in self._pool if self._units.unit(i) != unit]
        if len(others) < n:
            raise RecipeError(
                f"takes {n} few-shot examples, and has {len(others)} search documents to take them "
                "from; give it a fewshot_split, more search items, or a smaller num_fewshot"
            )
        if not self._first:
            others.sort(key=lambda pair: hashlib.sha256((asked + pair[0]).encode()).digest())
        return [doc for _, doc in others[:n]]


def keep_sealed(task: Any, scored: Sequence[Any], searched: Collection[str], units: Units) -> None:
    """Have a task draw no example from documents that are scored, but for those of the search.

    A task whose examples are documents of their own draws them as lm-eval does.

    Args:
        task: an lm-eval task.
        scored: all documents that it scores.
        searched: content ids of the search items.
        units: which of them hang together.
    """
    sampler = getattr(task, "sampler", None)
    if sampler is None or isinstance(sampler, Examples) or not task.config.num_fewshot:
        return
    pool = list(sampler.fewshot_docs())
    ids, questions = {content_id(doc) for doc in scored}, {_question(task, doc) for doc in scored}
    chosen, own = [], True
    for doc in pool:
        if content_id(doc) in ids or _question(task, doc) in questions:
            own = False
            if content_id(doc) not in searched:
                continue
        chosen.append(doc)
    if own:
        return
    first = task.config.fewshot_config is not None and task.fewshot_cfg.sampler == "first_n"
    task.sampler = Examples(chosen, first, units)
    build = task.fewshot_context

    def noting(doc: Any, *others: Any, **named: Any) -> Any:
        task.sampler.asked = doc
        return build(doc, *others, **named)

    task.fewshot_context = noting


def _question(task: Any, doc: Any) -> str:
    """What two documents have in common that ask the same."""
    lines = [question_text(task, doc), *choice_texts(task, doc)]
    return " ".join("\n".join(lines).casefold().split())
