"""What an offspring answered to an item: what an audit looks at."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING_FOUND = frozenset({"", "[invalid]"})
"""What lm-eval's filters give where they find nothing."""


@dataclass(frozen=True)
class AnswerFacts:
    """A generated answer, and what became of it."""

    task: str
    item: str
    text: str
    """As it was generated."""
    extracted: str | None
    """What the task's filter took from it; None where that found nothing."""
    finished: bool
    """Whether it came to an end of its own."""
    tokens: int
    """How many tokens were generated."""
    gold: str | None
    """The task's own answer, if it has one."""
