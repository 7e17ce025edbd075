"""Where rails have ended a run, and who let it go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evomerge.ledger import RailDecided, RailOverridden


@dataclass(frozen=True)
class ViewedHalt:
    """A decision of a rail to end the run."""

    rail: str
    action: str
    """"pause" or "stop"."""
    cycle: int
    generation: int
    value: float
    """What was seen."""
    threshold: float
    sentence: str
    """The evidence in words."""
    reason: str | None = None
    """Why a person has overridden it; None where nobody has."""

    @property
    def holds(self) -> bool:
        """Whether the run does not go on for it."""
        return self.reason is None

    @property
    def decided(self) -> RailDecided:
        """What is on record of it."""
        return RailDecided(
            self.rail,
            self.action,
            self.cycle,
            self.generation,
            self.value,
            self.threshold,
            self.sentence,
        )

    @classmethod
    def of(cls, decided: RailDecided) -> ViewedHalt:
        """Before anybody has overridden it."""
        return cls(
            decided.rail,
            decided.action,
            decided.cycle,
            decided.generation,
            decided.value,
            decided.threshold,
            decided.sentence,
        )


def overridden(halts: Sequence[ViewedHalt], what: RailOverridden) -> tuple[ViewedHalt, ...]:
    """The halts once a person has overridden one."""
    return tuple(
        replace(one, reason=what.reason) if one.decided.name == what.decision else one
        for one in halts
    )


def describe_halt(halt: ViewedHalt) -> str:
    """What a rail decided, on which evidence, and what became of it."""
    done = {"pause": "paused", "stop": "stopped"}.get(halt.action, halt.action)
    where = f"after generation {halt.generation} of cycle {halt.cycle}"
    told = f"the rail {halt.rail} {done} the run {where}: {halt.sentence}"
    return told if halt.reason is None else f"{told}. It was overridden: {halt.reason}"
