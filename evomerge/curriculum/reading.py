"""Drafts read as the task reads its documents; what it cannot read is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.documents import text_problem
from evomerge.curriculum.draft import DraftItem, ReadDraft
from evomerge.curriculum.refusing import RefusedDrafts
from evomerge.score.items.item import content_id


def read(
    drafts: Sequence[DraftItem], context: CycleContext, refused: RefusedDrafts
) -> list[ReadDraft]:
    """The drafts that are documents of the task, with a question and an answer, each content once.

    Args:
        refused: takes the others.
    """
    found: dict[str, ReadDraft] = {}
    for draft in drafts:
        try:
            one = _read(draft, context)
        except ValueError as error:
            refused.add(draft, str(error))
            continue
        if one.id in found:
            refused.add(draft, "the same was written before in this cycle")
            first = found[one.id]
            found[one.id] = replace(first, retold=first.retold or bool(draft.models))
        else:
            found[one.id] = one
    return [*found.values()]


def _read(draft: DraftItem, context: CycleContext) -> ReadDraft:
    """What the task makes of a draft.

    Raises:
        ValueError: it is no document of the task, or has no valid answer.
    """
    if draft.document is None:
        raise ValueError(draft.reason)
    if why := context.fields.problem(draft.document):
        raise ValueError(why)
    question = context.reader.question(draft.document)
    gold = context.reader.gold(draft.document)
    if not question.strip():
        raise ValueError("has no question")
    if gold is None or not gold.strip():
        raise ValueError("has no answer that the task holds right")
    if why := text_problem(gold):
        raise ValueError(f"its answer {why}")
    return ReadDraft(draft, content_id(draft.document), draft.document, question, gold)
