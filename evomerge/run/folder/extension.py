"""A larger budget for a run that has begun: its search goes on, and ends later.

A run is a function of its recipe, so an extended one is the run that had the larger budget from
the beginning: it is run again, and finds what it had scored in the ledger.
"""

from __future__ import annotations

from pydantic import ValidationError

from evomerge.errors import UserError
from evomerge.ledger import BudgetRaised, CycleEnded, Ledger
from evomerge.recipe import Budget
from evomerge.report.budget import describe, outside_seconds


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
