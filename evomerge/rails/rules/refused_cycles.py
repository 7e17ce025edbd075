"""Cycles in a row that gain nothing."""

from __future__ import annotations

from pydantic import Field

from evomerge.rails.decision import GO_ON, Action, Decision
from evomerge.rails.kind import Rail, RailSettings
from evomerge.rails.watched import WatchedRun


class RefusedCyclesSettings(RailSettings):
    """Settings of the rail `refused_cycles`."""

    cycles: int = Field(2, ge=1, description="in a row that gain nothing on validation items")


def judge(watched: WatchedRun, settings: RefusedCyclesSettings) -> Decision:
    """Count the cycles at the end that gain nothing."""
    by_number = {one.cycle: one for one in watched.cycles}
    refused = 0
    for cycle in reversed([*by_number.values()]):
        if cycle.gains:
            break
        refused += 1
    if refused < settings.cycles:
        return GO_ON
    return Decision(
        Action.PAUSE,
        refused,
        settings.cycles,
        f"{refused} cycles in a row have gained nothing on validation items",
    )


REFUSED_CYCLES = Rail(
    name="refused_cycles",
    summary="two cycles in a row gain nothing on validation items",
    cure="more cycles of this kind are unlikely to gain: finish the run, or change what is made",
    settings=RefusedCyclesSettings,
    judge=judge,
)
