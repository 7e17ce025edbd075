"""What the models of a run are compared by, as it stood when the run began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class TaskMeasure:
    """How one task is judged, and what it counts for."""

    weight: float
    """In the fitness; 0 where it is reported alone."""
    judged: str
    """sha256 over what judges: where two runs have the same, their scores mean the same."""
    scale: tuple[float, float, bool] | None = None
    """The least and the largest score of an item, and whether there is nothing between them; None
    where that is not known."""


@dataclass(frozen=True)
class Yardstick:
    """What the scores of a run's models are added up and compared by."""

    how: Literal["raw", "range", "geometric"]
    """How the tasks' means become one fitness."""
    tasks: Mapping[str, TaskMeasure] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    """Names the question that an item asks, by the items' ids, where items of other ids ask it as
    well."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Names the group that an item is in, where questions hang together."""
