"""What the curriculum is told of the run that it writes for: its population, task and items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Document = Mapping[str, Any]
"""JSON values by field, as the task's data hold an item."""


class Solver(Protocol):
    """Knows what the population can do, and what items there are already."""

    def solved(self, documents: Sequence[Document]) -> Sequence[float]:
        """Of each document the share of the population that solves it, from 0 to 1.

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
