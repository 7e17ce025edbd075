"""One worker of the crew: its actor, what it does, and what is known of its process."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

from evomerge.workers.cluster.messages import BeginJob
from evomerge.workers.cluster.remains import Birth


class Duty(Enum):
    """What a worker is doing."""

    STARTING = "starting"
    OPENING = "opening parents"
    IDLE = "idle"
    BUSY = "busy"
    ASKED = "asked whether it lives"


@dataclass(eq=False)
class CrewMember:
    """An actor."""

    name: str
    """It and its successors have it in records."""
    actor: Any
    duty: Duty = Duty.STARTING
    birth: Birth | None = None
    job: BeginJob | None = None
    until: float = math.inf
    """When it is given up, on the clock that never goes back, unless it says something before."""

    @property
    def counts(self) -> bool:
        """Whether it does a job, or can at once."""
        return self.duty in (Duty.IDLE, Duty.BUSY)
