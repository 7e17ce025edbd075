"""What items serve for: some to search by, others to choose by, and the rest to prove."""

from __future__ import annotations

from enum import StrEnum


class Split(StrEnum):
    """What items serve for."""

    SEARCH = "search"
    VALIDATION = "validation"
    TEST = "test"


SEEN = (Split.SEARCH, Split.VALIDATION)
"""What a run scores before it has a winner."""
