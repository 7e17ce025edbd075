"""What a tracker is told of a run, and the protocol that all trackers follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from evomerge.report.view import RunState

PROJECT = "evomerge"
"""What a tracker files runs under."""


@dataclass(frozen=True)
class TrackedRun:
    """A run, as trackers know it."""

    id: str
    """Names the run wherever its folder lies, in 16 hexadecimal digits."""
    name: str
    """Its folder's."""
    folder: Path
    recipe: Mapping[str, Any]
    """JSON values, without secrets."""


@dataclass(frozen=True)
class TrackedPoint:
    """The numbers of a run at one moment: when a generation ends, a winner is chosen or tested."""

    step: int
    """Counted from 0 over the whole run, whatever its sessions and cycles are."""
    time: float
    """Seconds since 1970 of the last record that it rests on."""
    values: Mapping[str, float]
    """By name; names have letters of any script, digits, `_`, `-` and `/`."""


@dataclass(frozen=True)
class TrackedEnd:
    """How a session ended."""

    state: RunState
    words: Mapping[str, str]
    """What is no number: the verdict's outcome, the best parent. None of a run without verdict."""


@runtime_checkable
class Tracker(Protocol):
    """Keeps the numbers of one run.

    All is called in one thread of its own, which may wait for a network. What a tracker raises
    drops it, with a warning, and never hurts the run. A run that is resumed is begun again, under
    the same id, and told from its first point on: the tracker keeps each point once.
    """

    def begin(self, run: TrackedRun) -> None:
        """Open what the run's numbers are kept in, and keep its recipe."""

    def take(self, point: TrackedPoint) -> None:
        """Keep a point; its step is larger than that of the one before."""

    def end(self, end: TrackedEnd) -> None:
        """Write what has not been written yet, and close."""
