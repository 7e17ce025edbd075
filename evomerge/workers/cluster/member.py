"""One worker of the crew: its actor, what it does, and what is known of its process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from evomerge.workers.cluster.messages import BeginJob
from evomerge.workers.cluster.remains import Birth


class State(Enum):
    """What a worker is doing."""

    STARTING = "starting"
    OPENING = "opening parents"
    IDLE = "idle"
    BUSY = "busy"


@dataclass(eq=False)
class Member:
    """An actor."""

    name: str
    """It and its successors have it in records."""
    actor: Any
    state: State = State.STARTING
    birth: Birth | None = None
    job: BeginJob | None = None
