"""What gives the items of one task their scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from evomerge.engine.request import Response
from evomerge.ledger import ItemScore
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.audit import TaskAudit
from evomerge.score.items.item import Item

Responses = Sequence[Sequence[Response]]
"""The answers to each item, in the order of its requests."""

Grade = Callable[[Sequence[Item], Responses], list[ItemScore]]
"""Gives the items their scores."""

CONTROL: Final = "control"
ACCURACY: Final = "accuracy"


class Grader(Protocol):
    """Judges answers to the items of one task."""

    def grade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item."""
        ...

    def regrade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item, judged once more as if for the first time."""
        ...

    @property
    def judge(self) -> str:
        """Who judges, in words."""
        ...

    @property
    def concurrent(self) -> bool:
        """Whether scores are the same if other work goes on at the same time, in other threads."""
        ...

    def lenient(
        self,
        items: Sequence[Item],
        responses: Responses,
        scores: Sequence[ItemScore],
    ) -> list[ItemScore]:
        """The scores of the items with credit for a right answer in whatever form; as they are
        where there is no text to look into.

        Args:
            scores: of the same items in the same order.
        """
        ...

    def audit(
        self,
        items: Sequence[Item],
        responses: Responses,
        scores: Sequence[float],
    ) -> TaskAudit:
        """How the answers look."""
        ...

    def facts(self, items: Sequence[Item], responses: Responses) -> list[AnswerFacts]:
        """Each generated answer, and what became of it; none where answers are no texts."""
        ...


@dataclass(frozen=True)
class Companion:
    """A second measure of a term's items."""

    what: Literal["control", "accuracy"]
    """Control: the log-probability of wrong answers. Accuracy: the task's own metric."""
    items: Sequence[Item]
    """Those of the term that can be measured so, with its ids, and other requests; their task is
    called as the term and what this is, as "sums control"."""
    grader: Grader
