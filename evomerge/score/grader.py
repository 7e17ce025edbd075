"""What gives the items of one task their scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from evomerge.ledger import ItemScore
from evomerge.score.audits.audit import TaskAudit
from evomerge.score.item import Item
from evomerge.score.request import Response

Grade = Callable[[Sequence[Item], Sequence[Sequence[Response]]], list[ItemScore]]
"""Gives the items their scores."""


class Grader(Protocol):
    """Judges answers to the items of one task."""

    def grade(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[ItemScore]:
        """The score of each item."""
        ...

    def regrade(
        self, items: Sequence[Item], responses: Sequence[Sequence[Response]]
    ) -> list[ItemScore]:
        """The score of each item, judged once more as if for the first time."""
        ...

    @property
    def judge(self) -> str:
        """Who judges, in words."""
        ...

    def audit(
        self,
        items: Sequence[Item],
        responses: Sequence[Sequence[Response]],
        scores: Sequence[float],
    ) -> TaskAudit:
        """How the answers look."""
        ...
