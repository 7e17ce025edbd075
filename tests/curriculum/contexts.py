"""A cycle for writers and verifiers to work in."""

from __future__ import annotations

from evomerge.curriculum import HumanItems, Programs
from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.documents import DocumentFields
from evomerge.curriculum.draft import DraftItem, ReadDraft
from evomerge.ledger import WrittenBy
from evomerge.score.items.item import content_id
from tests.curriculum.population import FILES, HUMAN, People, Spelling


def context_of(settings, asker=None, *, fields=None, human=None, files=None, addresses=None):
    return CycleContext(
        settings,
        0,
        3,
        asker or People(),
        Spelling(),
        human or HumanItems({"spelt": HUMAN}, HUMAN[:1]),
        Programs({**FILES, **(files or {})}),
        fields or DocumentFields.of(HUMAN),
        addresses or {},
    )


def read_draft(question, answer, *, writer="w", models=(), asked=None):
    document = {"question": f"{question} in french =", "answer": answer}
    kind = WrittenBy.CHAIN if models else WrittenBy.PROGRAM
    chained = {"question": question} if asked is None else asked
    draft = DraftItem(writer, kind, 0, document, "", models, chained if models else {})
    return ReadDraft(draft, content_id(document), document, document["question"], answer)
