"""What a comparison of two offspring comes to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """A difference in fitness, ours minus theirs, and how sure it is."""

    difference: float
    interval: tuple[float, float]
    """Differences that are rejected neither from above nor from below: above 0 exactly where the
    p-value is below the level."""
    level: float
    """One-sided, of the test and of each end of the interval."""
    p_value: float
    """How often a model that is no better would look as much better: one-sided."""
    items: int
    """Distinct questions."""
    units: int
    """Groups of them that hang together; questions where none do."""
    error: float
    """Standard error of the difference."""

    @property
    def errors(self) -> float:
        """The difference in standard errors; 0 where there is no error."""
        return self.difference / self.error if self.error else 0.0


@dataclass(frozen=True)
class NonInferiority:
    """Whether a task has not become worse by as much as a margin."""

    difference: float
    """Ours minus theirs, in the unit of the task's mean."""
    lower: float
    """One-sided confidence bound of the difference."""
    margin: float
    shown: bool
    """The bound lies above minus the margin."""
    items: int
