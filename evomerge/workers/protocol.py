"""What a worker is: it is given a recipe and items, and returns answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from evomerge.engine.request import Request, Response
from evomerge.ledger import Cost, State
from evomerge.recipe import Recipe


@dataclass(frozen=True)
class Job:
    """An offspring to make, and what to ask it."""

    key: int
    """Chosen by the caller, to tell answers apart."""
    recipe: Recipe
    requests: Sequence[Sequence[Request]]
    """For each item of a split, its requests: the same object for all jobs, so that workers
    elsewhere are sent it once."""
    chosen: Sequence[int] | None = None
    """Which of the items to ask; None for all."""

    @property
    def asked(self) -> list[Sequence[Request]]:
        """For each item that is asked, its requests."""
        indices = range(len(self.requests)) if self.chosen is None else self.chosen
        return [self.requests[index] for index in indices]


@dataclass(frozen=True)
class Answer:
    """What came of a job, whatever happened: never a missing number."""

    key: int
    state: State
    reason: str = ""
    responses: Sequence[Sequence[Response]] = ()
    cost: Cost = field(default_factory=Cost)
    worker: str = ""
    """Which worker, on how many cores or what device: part of a trial's record."""
    prompts: str = ""
    """Names what was really asked; see :func:`evomerge.engine.request.prompt_hash`."""


class Workers(Protocol):
    """Where evaluations run. Used as a context manager."""

    @property
    def capacity(self) -> int:
        """How many jobs can be under way at once."""
        ...

    def submit(self, job: Job) -> None:
        """Begin a job; at most `capacity` are under way."""
        ...

    def collect(self, checkpoint: Callable[[], None]) -> Answer:
        """Wait for any job to end.

        Args:
            checkpoint: called from time to time; what it raises ends the waiting, and the job it
                interrupts is lost.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
