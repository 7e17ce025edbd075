"""What is on record of a cycle: how it ended, and what it has gained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CycleEnded:
    """The end of a cycle: its budget was spent, or it ended early."""

    cycle: int
    """Counted from 0; -1 for the random search that is compared with."""
    generations: int
    looks: int
    """How many samples the last generation's race had compared."""
    early: str | None = None
    """Why it ended before its budget was spent, if it did."""
    spent: Mapping[str, float] = field(default_factory=dict)
    """Evaluations, minutes and tokens of the run until then."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Those that the budget had."""
    active_s: float = 0.0
    """Seconds that the run had been active for, over all its sessions."""


@dataclass(frozen=True)
class CycleJudged:
    """What a cycle has gained, where there may be another one after it."""

    cycle: int
    """Counted from 0."""
    validation: float | None
    """The best fitness of its finalists on validation items; None where none could be scored."""
    before: float | None
    """The best of all cycles before it; of parents and uniform merge, for the first one."""
    gains: bool
    """Whether it is better. The cycle that is not is the last one."""
    diversity: float
    """By how much two of its elites differ on a search item, on average: 0 to the items' range."""
    coverage: float
    """What its elites reach on search items together: the mean of the best score on each."""
    kinship: float
    """How akin its elites are by the root parents that they are made of: 0 to 1."""
    stacks: tuple[int, ...] | None = None
    """In a search for paths, the layers of each elite that can join the next cycle: where none can,
    the cycle is the last one. None in any other search."""
