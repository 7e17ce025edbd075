"""A run's budget, and what has happened since it was last raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.ledger import BudgetRaised, Event
from evomerge.recipe import Budget


def outside_seconds(events: Sequence[Event]) -> float:
    """How long a run has proved what it had found before it was extended."""
    raised = _raised(events)
    return raised[-1].outside_s if raised else 0.0


def budget_of(events: Sequence[Event], budget: Budget) -> Budget:
    """The budget of a run as it was last extended.

    Args:
        budget: the recipe's, which holds where it was not.
    """
    raised = _raised(events)
    return Budget.model_validate(raised[-1].budget) if raised else budget


def since_raised(events: Sequence[Event]) -> Sequence[Event]:
    """What happened since a run's budget was last raised, or since its beginning."""
    raised = (n for n, event in enumerate(events) if isinstance(event, BudgetRaised))
    return events[max(raised, default=-1) + 1 :]


def _raised(events: Sequence[Event]) -> list[BudgetRaised]:
    return [event for event in events if isinstance(event, BudgetRaised)]


def describe(limits: Mapping[str, float | None]) -> str:
    """A budget in words."""
    return ", ".join(f"{limit:.10g} {name}" for name, limit in limits.items() if limit is not None)
