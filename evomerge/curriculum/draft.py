"""Something that a writer came to: a document, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evomerge.curriculum.asker import ModelReply
from evomerge.curriculum.population import Document
from evomerge.ledger import WrittenBy
from evomerge.recipe.writers import ELITE, LEADER


@dataclass(frozen=True)
class DraftItem:
    """A document as a writer left it; nothing of it has been looked at."""

    writer: str
    kind: WrittenBy
    draw: int
    """Its number among those of the writer in a cycle."""
    document: Document | None
    """None where the writer came to none."""
    reason: str = ""
    """Why it came to none."""
    models: tuple[str, ...] = ()
    """That were asked, in their order."""
    asked: Document = field(default_factory=dict)
    """The question that a chain began with; others have none."""
    tokens: int = 0
    seconds: float = 0.0

    @property
    def authors(self) -> frozenset[str]:
        """The writer, and the models that may have been asked, by all names that they may have: the
        leader is one of the elites.
        """
        best = {LEADER, ELITE}
        more = best if best & {*self.models} else set()
        return frozenset({self.writer, *self.models, *more})


def tokens_of(replies: Sequence[ModelReply]) -> int:
    """What models read and wrote for some replies."""
    return sum(reply.tokens for reply in replies)


def seconds_of(replies: Sequence[ModelReply]) -> float:
    """Of forward passes, for some replies."""
    return sum(reply.seconds for reply in replies)


@dataclass(frozen=True)
class ReadDraft:
    """A draft that the task can read."""

    draft: DraftItem
    id: str
    """Hash of its document."""
    document: Document
    question: str
    """What the task makes of it, in words."""
    gold: str
    """The answer that the task then holds right."""
    retold: bool = False
    """Whether a model has come to the same document in this cycle."""
