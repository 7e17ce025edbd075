"""One worker of the crew: its actor, what it does, and what is known of its process."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import ray

from evomerge.workers.cluster.messages import BeginJob, Connect
from evomerge.workers.cluster.needs import needs_of
from evomerge.workers.cluster.process import WorkerProcess

CONTROL = "control"
"""A thread of the actor's that hears while another waits for the answer of a job."""


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
    born: bool = False
    """Whether it has said that it is there."""
    opening: Any = None
    """Names the parents that it was told last to open."""
    job: BeginJob | None = None
    until: float = math.inf
    """When it is given up, on the clock that never goes back, unless it says something before."""

    @property
    def counts(self) -> bool:
        """Whether it does a job, or can at once."""
        return self.duty in (Duty.IDLE, Duty.BUSY)


def hired(name: str, order: Connect, nodes: Sequence[Mapping[str, Any]]) -> CrewMember:
    """An actor that Ray starts as soon as a node has room for it, and never restarts.

    Args:
        nodes: that there are, as `ray.nodes` describes them.
    """
    needs = needs_of(order.placement, order.device, nodes)
    remote = ray.remote(concurrency_groups={CONTROL: 1})(WorkerProcess).options(
        **needs.options(order.placement.labels),
        max_restarts=0,
        max_task_retries=0,
    )
    given = order.engine, needs.cores, order.device, name, max(1, int(needs.gpus))
    made = remote.remote(order.session, *given)
    return CrewMember(name, made)
