"""Scores with credit for right answers that stand somewhere in the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.engine.request import Generated
from evomerge.ledger import ItemScore
from evomerge.score.audits.credit import credit_for
from evomerge.score.grading.grader import Responses
from evomerge.score.items.item import Item


def credited(
    items: Sequence[Item],
    responses: Responses,
    scores: Sequence[ItemScore],
    golds: Mapping[str, Sequence[str]],
) -> list[ItemScore]:
    """The scores, raised to the credit that an answer's text has.

    Args:
        responses: one answer to each item.
        scores: of the same items in the same order, 0 or 1.
        golds: the right answers to each item, by its id.
    """
    texts = {
        item.id: answer.text
        for item, (answer,) in zip(items, responses, strict=True)
        if isinstance(answer, Generated)
    }
    questions = {item.id: item.text for item in items}
    right = {score.item for score in scores if score.value >= 1}
    credit = credit_for(texts, questions, golds, right)
    return [s._replace(value=max(s.value, credit.get(s.item, 0.0))) for s in scores]
