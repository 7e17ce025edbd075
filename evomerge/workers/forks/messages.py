"""What the fork server of a node is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ForkRequest:
    """Fork a child that answers jobs over these parents, on the connection that this comes by."""

    parents: bytes
    """Parents by name, and their tokenizer; opened by the server, once for all its children."""
    content: bytes
    """The content hash that each of them must have, by name."""
    engine: bytes
    """An :class:`evomerge.engine.kind.EngineKind`."""
    cores: int
    device: str
    """cpu or cuda."""
    gpus: int
    name: str
    """How the worker is called in records."""
    run_dir: str
    """Folder of the run, where the child writes its log; "" for none."""
    elsewhere: str
    """A folder of this host for the log, where the run's is not to be seen; "" for none."""
    environment: Mapping[str, str]
    """All of it: the child has no other, as the GPUs that it may use stand there."""
    path: tuple[str, ...]
    """Where it finds modules."""
    folder: str
    """Where it works."""


@dataclass(frozen=True)
class ForkedChild:
    """The child's first word."""

    process: int
    """Its id."""


@dataclass(frozen=True)
class NotForked:
    """The server could not prepare what the child needs, which may be otherwise the next time."""

    why: str


@dataclass(frozen=True)
class JobRaised:
    """A job ended in an error that is neither an answer nor the user's mistake."""

    why: str


@dataclass(frozen=True)
class HowEnded:
    """How did a child end? The answer is its wait status, or None."""

    process: int


@dataclass(frozen=True)
class AreYouThere:
    """The child answers at once, whatever it does."""
