"""How a search went, whether by generations or one candidate at a time."""

from __future__ import annotations

from dataclasses import dataclass

STALE_GENERATIONS = 20
"""A search ends that has proposed nothing new for so many generations."""

NOTHING_NEW = (
    f"{STALE_GENERATIONS} generations in a row proposed no offspring that had not been scored "
    "before: the genes have no more to give (`evomerge check` names those without effect)"
)


@dataclass(frozen=True)
class Course:
    """What there is to say of a search that has ended."""

    generations: int
    """How many it began."""
    looks: int = 0
    """How many samples the last generation's race had compared."""
    early: str | None = None
    """Why it ended before its budget was spent, if it did."""
