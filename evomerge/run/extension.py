"""A larger budget for a run that has begun: its search goes on, and ends later.

A run is a function of its recipe, so an extended one is the run that had the larger budget from
the beginning: it is run again, and finds what it had scored in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from evomerge.errors import UserError
from evomerge.ledger import BudgetRaised, CycleEnded, Event, Ledger
from evomerge.recipe import Budget


def limits_of(**limits: float | None) -> Budget | None:
    """Limits of a budget by their names; None where none is given.

    Raises:
        UserError: one is no number that can be a limit.
    """
    given = {name: limit for name, limit in limits.items() if limit is not None}
    try:
        return Budget.model_validate(given) if given else None
    except ValidationError as error:
        wrong = error.errors()[0]
        raise UserError(f"--{wrong['loc'][0]} {wrong['input']}: {wrong['msg']}") from None


def larger(budget: Budget, limits: Budget) -> Budget:
    """A budget some of whose limits are raised.

    Args:
        limits: the new ones, in all: of the whole run, not of what is added.

    Raises:
        UserError: one is not raised, or the budget has none of the kind.
    """
    before, after = budget.model_dump(), limits.model_dump(exclude_none=True)
    for name, limit in after.items():
        if before[name] is None:
            raise UserError(f"--{name} {limit:.10g}: the run has {describe(before)}, and no {name}")
        if limit <= before[name]:
            raise UserError(
                f"--{name} {limit:.10g}: the run has {before[name]:.10g} {name} already; "
                "say how many they are to be in all"
            )
    return Budget(**{**before, **after})


def extend(ledger: Ledger, budget: Budget, ended: CycleEnded | None) -> None:
    """Record that a run has a larger budget from now on.

    Args:
        ended: how its last cycle ended, if it did: what came after was none of the search's time.
    """
    outside_s = outside_seconds(ledger.events())
    if ended is not None:
        outside_s += ledger.active_s - ended.active_s
    ledger.record(BudgetRaised(budget.model_dump(), outside_s))


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
