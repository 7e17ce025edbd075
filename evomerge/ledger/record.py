"""A record: something that happened, and when."""

from __future__ import annotations

from dataclasses import dataclass, field

from evomerge.ledger.events import Event
from evomerge.ledger.history import Asked, Told
from evomerge.ledger.part import Part, PartAhead
from evomerge.ledger.trial import Trial

Fact = Event | Asked | Told | Part | PartAhead | Trial
"""What a record holds."""


@dataclass(frozen=True)
class Record:
    """Something that happened in a run."""

    number: int
    """Its place in the sequence of all records, counted from 1."""
    time: float
    """Seconds since 1970, by a clock that may be set: for people to read."""
    active_s: float
    """Seconds that the run had been active for, over all its sessions, by a clock that no one
    sets."""
    what: Fact
    is_live: bool = field(default=False, compare=False)
    """Whether this process recorded it."""
