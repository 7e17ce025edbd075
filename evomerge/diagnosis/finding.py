"""What was found to be wrong with a model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One cause of bad answers."""

    cause: str
    """In a few words: `not finite`, `chat template`."""
    evidence: str
    """What was seen, and where."""
    cure: str
    """What to do."""


def listed(names: list[str], shown: int = 3) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")
