"""What a model answered to a question, as it can be looked at after grading."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerFacts:
    """One generated answer."""

    task: str
    item: str
    """The item's id."""
    text: str
    """What the model generated, without the string that stopped it."""
    extracted: str | None
    """What the task's filter made of it, which is what was graded; None where it found nothing."""
    finished: bool
    """Whether it came to an end of its own, before the token limit."""
    tokens: int
    """How many tokens were generated."""
    gold: str | None
    """The answer that the task holds right, as text; None where it has none."""
