"""A job that is neither answered nor failed, and how often it has been tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Attempt:
    """A job that is neither answered nor failed."""

    size: int
    number: int = 1
    since: float | None = None
    """When a worker began it; None while it waits for one."""
    losses: int = 0
    asked: bool = True
    """Whether anybody waits for it; else it is foreseen."""


Attempts = Mapping[int, Attempt]
"""By the keys of the jobs."""


def without(attempts: Attempts, key: int) -> Attempts:
    """All but one of them."""
    return {other: attempt for other, attempt in attempts.items() if other != key}
