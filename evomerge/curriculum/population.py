"""What the curriculum is told of the run that it writes for: its population, task and items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from evomerge.recipe.writers import MISSED, SOLVED

Document = Mapping[str, Any]
"""JSON values by field, as the task's data hold an item."""


@dataclass(frozen=True)
class SolvedBy:
    """Who solves a document."""

    share: float
    """Of the population, from 0 to 1; who scores a part of what there is counts in part."""
    leader: bool
    """Whether the leader scores on it at all; so for the others."""
    some_rival: bool
    """Whether one of the others does."""
    every_rival: bool
    """Whether all others do."""

    def problem(self, variants: str | None) -> str:
        """Why it is no variant of what tells the leader from its rivals; empty where it is one.

        Args:
            variants: of which items: missed or solved by the leader; None: that does not matter.
        """
        if variants == MISSED and self.leader:
            return "the leader solves it"
        if variants == MISSED and not self.some_rival:
            return "no rival of the leader solves it"
        if variants == SOLVED and not self.leader:
            return "the leader misses it"
        if variants == SOLVED and self.every_rival:
            return "every rival of the leader solves it"
        return ""


class Solver(Protocol):
    """Knows what the population can do, and what items there are already."""

    def solved(self, documents: Sequence[Document]) -> Sequence[SolvedBy]:
        """Who solves each document.

        Raises:
            Stopped: the population cannot be asked now, and may be later.
        """
        ...

    def near(self, documents: Sequence[Document]) -> Sequence[str | None]:
        """Of each document the id of the item that it nearly equals; None where it is new.

        Items are those of every split and task, sealed ones as well, those that were made before,
        and the documents that stand before it. See
        :func:`evomerge.score.items.duplicates.nearly_known`.
        """
        ...


class TaskReader(Protocol):
    """Reads a document as the task does that it is to be one of."""

    def question(self, document: Document) -> str:
        """Its question, as a model is shown it without examples and chat turns.

        Raises:
            ValueError: it cannot be read.
        """
        ...

    def gold(self, document: Document) -> str | None:
        """The answer that the task holds right; None where there is none.

        Raises:
            ValueError: it cannot be read.
        """
        ...


@dataclass(frozen=True)
class HumanItems:
    """Items that people wrote, of the search split alone."""

    by_task: Mapping[str, Sequence[Document]] = field(default_factory=dict)
    """By task, as the curriculum names it; none of its own where that keeps none for the search."""
    missed: Sequence[Document] = ()
    """Those of the curriculum's task that the leader misses."""
    solved: Sequence[Document] = ()
    """Those that it solves."""
