"""How a search ended: when its budget was spent, or early."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from evomerge.ledger import Event, Ledger
from evomerge.run.extension import since_extended

CYCLE_ENDED = "cycle_ended"

RANDOM = -1
"""Number of the cycle that searches at random, to be compared with."""


@dataclass(frozen=True)
class Ending:
    """The end of a cycle."""

    cycle: int
    """Counted from 0, or :data:`RANDOM`."""
    generations: int
    looks: int
    """How many samples the last generation's race had compared."""
    early: str | None = None
    """Why it ended before its budget was spent, if it did."""
    spent: Mapping[str, float] = field(default_factory=dict)
    """Evaluations, minutes and tokens of the run until then."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Those that the budget had."""

    def record(self, ledger: Ledger) -> None:
        """Note it in the ledger."""
        ledger.event(CYCLE_ENDED, **asdict(self))

    @property
    def sentence(self) -> str:
        """After how much of the budget it ended, and why if that was early."""
        counted = dict.fromkeys(["evaluations", *self.limits])
        counts = [
            f"{_figure(self.spent[name])} of {_figure(self.limits[name])} {name}"
            if name in self.limits
            else f"{_figure(self.spent[name])} {name}"
            for name in counted
            if name in self.spent
        ]
        what = "the random search" if self.cycle == RANDOM else "the search"
        if self.cycle > 0:
            what += f" of cycle {self.cycle}"
        after = f" after {', '.join(counts)}" if counts else ""
        return f"{what} ended early{after}: {self.early}" if self.early else f"{what} ended{after}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def endings(events: Sequence[Event]) -> list[Ending]:
    """How each cycle ended that did, since the run was last extended."""
    ended = [event.data for event in since_extended(events) if event.kind == CYCLE_ENDED]
    return [*{data["cycle"]: Ending(**data) for data in ended}.values()]


def ending_of(events: Sequence[Event], cycle: int) -> Ending | None:
    """How a cycle ended, if it did."""
    return next((ending for ending in endings(events) if ending.cycle == cycle), None)


def ended_at(events: Sequence[Event], cycles: int) -> float | None:
    """When the last of so many cycles ended, in seconds since 1970, if it did."""
    times = [
        event.time
        for event in since_extended(events)
        if event.kind == CYCLE_ENDED and event.data["cycle"] == cycles - 1
    ]
    return times[-1] if times else None
