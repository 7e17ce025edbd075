"""What the driver and the process that talks to Ray say to each other.

What only workers read is bytes, pickled by the driver and by workers: the process between them
imports neither torch nor parents.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evomerge.recipe import Placement  # a worker's process, which reads these, needs none

IF_IT_ASKS = (
    "if it asks for a token: set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN_PATH to the file that "
    "holds the cluster's (by default ~/.ray/auth_token; nobody else should be able to read it)"
)
"""Ray's client says of a cluster that asks for a token no more than of one that is not there."""


@dataclass(frozen=True)
class Connect:
    """Start or join a cluster, and start workers there; the first that is said."""

    placement: Placement
    address: str | None
    """Of a cluster that is there; None for one of its own."""
    engine: bytes
    """An :class:`evomerge.engine.kind.EngineKind`."""
    device: str
    """cpu or cuda."""
    session: str
    """A random word, by which workers of this run find each other on a node."""


@dataclass(frozen=True)
class OpenParents:
    """Have all workers read these parents from now on."""

    parents: bytes
    """Parents by name, and their tokenizer."""
    content: bytes
    """The content hash that each of them has for the driver, by name; None where it is unknown."""
    run_dir: str = ""
    """Folder of the run, where workers write their logs; "" for none."""


@dataclass(frozen=True)
class ShareRequests:
    """Requests of a split, which jobs name by their number."""

    number: int
    requests: bytes


@dataclass(frozen=True)
class BeginJob:
    """Have a worker do a job."""

    key: int
    recipe: dict[str, Any]
    requests: int
    """Which; see :class:`ShareRequests`."""
    chosen: tuple[int, ...] | None
    digest: str = ""
    training: bytes = b""
    """An :class:`evomerge.workers.protocol.JobTraining`; empty for none."""


@dataclass(frozen=True)
class EndWorker:
    """End the worker that does a job."""

    key: int


class Measure(Enum):
    """What is measured of a run."""

    TRIALS = "trials"
    PARTS = "parts"
    TOKENS = "tokens"
    SECONDS = "worker_seconds"


@dataclass(frozen=True)
class Measured:
    """A number of the run, for those who watch the cluster."""

    measure: Measure
    value: float
    """To be added; of seconds, all of them until now."""
    tag: str
    """Which: a state, a split, what seconds were spent on."""


@dataclass(frozen=True)
class Connected:
    """There is a cluster, and what is asked for fits on it."""


@dataclass(frozen=True)
class Refused:
    """There is none, or it has not what is asked for."""

    why: str


@dataclass(frozen=True)
class Counted:
    """How many workers there are."""

    count: int
    trouble: str = ""


@dataclass(frozen=True)
class ParentsTaken:
    """From now on all that is said is about the parents that were to be opened last."""


@dataclass(frozen=True)
class WorkerAnswered:
    """A worker has answered a job."""

    key: int
    answer: bytes
    """An :class:`evomerge.workers.protocol.Answer`."""


@dataclass(frozen=True)
class JobEnded:
    """A worker has ended before it answered a job."""

    key: int
    reason: str
    own: bool


@dataclass(frozen=True)
class Broken:
    """No worker can do any job."""

    error: bytes
    """An :class:`evomerge.errors.EvomergeError`."""


@dataclass(frozen=True)
class Alive:
    """Nothing else has happened for a second."""


@dataclass(frozen=True)
class ClientGone:
    """The process that talked to Ray has ended, and all that it knew with it."""

    why: str


Order = Connect | OpenParents | ShareRequests | BeginJob | EndWorker | Measured
Report = (
    Connected
    | Refused
    | ParentsTaken
    | Counted
    | WorkerAnswered
    | JobEnded
    | Broken
    | Alive
    | ClientGone
)
