"""What workers are: they are given recipes and items, and return answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar, runtime_checkable

import torch

from evomerge.engine.kind import EngineIdentity, EngineKind
from evomerge.engine.request import Request, Response
from evomerge.errors import EvomergeError
from evomerge.ledger import Cost, State
from evomerge.recipe import Recipe
from evomerge.training.order import Trained, TrainingOrder
from evomerge.training.progress import KeptState
from evomerge.weights import Parent
from evomerge.workers.rules import Rules

R = TypeVar("R")


@dataclass(frozen=True)
class JobTraining:
    """What a worker is to train in place of asking."""

    order: TrainingOrder
    base: str
    """The parent that it is trained from, by its name."""
    kept: KeptState
    """Where the state is kept from time to time, if the worker sees that folder."""


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
    digest: str = ""
    """Names the offspring's weights, for the log."""
    training: JobTraining | None = None
    """Where it is given nothing is made and nothing is asked."""

    @property
    def asked(self) -> list[Sequence[Request]]:
        """For each item that is asked, its requests."""
        indices = range(len(self.requests)) if self.chosen is None else self.chosen
        return [self.requests[index] for index in indices]

    @property
    def size(self) -> int:
        """How many items are asked."""
        return len(self.requests) if self.chosen is None else len(self.chosen)


@dataclass(frozen=True)
class Known(Generic[R]):
    """A job that is asked for, and what a judge made of its answer: it was foreseen."""

    key: int
    result: R


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
    engine: EngineIdentity | None = None
    """What really answered; None where no engine did."""
    again: bool = False
    """Whether it failed in a way that another worker may not: not by what the offspring is."""
    trained: Trained | None = None
    """What came of a training; None where nothing was to be trained."""

    def require_engine(self, engine: EngineIdentity) -> None:
        """Check what answered.

        Raises:
            EvomergeError: something else than the run is made with.
        """
        if self.engine is not None and self.engine != engine:
            raise EvomergeError(
                f"worker {self.worker} answers with {self.engine}, and the run is made with "
                f"{engine}: scores of both cannot stand side by side; install the same there"
            )


@dataclass(frozen=True)
class Lost:
    """A job whose worker ended before it answered."""

    key: int
    reason: str
    own: bool = False
    """Whether the job did it, by all that is known: a crash in it, its memory. Else nobody did, and
    what ends with a node, a network or a kill from outside is never held against a job."""


@dataclass(frozen=True)
class Present:
    """The workers that there are."""

    count: int
    """Idle or not. Where some have gone, fewer than were asked for."""
    trouble: str = ""
    """Why it is fewer, where that is known."""


@runtime_checkable
class Workers(Protocol):
    """Where evaluations run.

    They carry out what a schedule decides (see :func:`evomerge.workers.driver.carry_out`), and
    decide nothing themselves. Used as a context manager, once the parents are given.
    """

    @property
    def rules(self) -> Rules:
        """How many jobs may be under way, how often one is tried, how long it may take."""
        ...

    @property
    def engine(self) -> EngineKind:
        """What answers on each of them."""
        ...

    @property
    def device(self) -> torch.device:
        """What each of them computes on."""
        ...

    def for_parents(self, parents: Mapping[str, Parent], tokenizer: Any) -> Workers:
        """Workers as these, for recipes over certain parents.

        Args:
            parents: all parents that jobs may draw on, by name.
            tokenizer: of what is asked.
        """
        ...

    @property
    def present(self) -> Present:
        """How many there are just now."""
        ...

    def submit(self, job: Job) -> None:
        """Have an idle worker begin a job; another one than tried it before, if there is one."""
        ...

    def end(self, key: int) -> None:
        """End the worker that does a job, which is never heard of again, and have it replaced."""
        ...

    def collect(self, checkpoint: Callable[[], None]) -> Answer | Lost | None:
        """Wait for any job to end.

        Args:
            checkpoint: called from time to time; what it raises ends the waiting, and the job it
                interrupts is lost.

        Returns:
            How a job ended; None where none did for a while.

        Raises:
            EvomergeError: no worker can do any job, such as one that finds other parents.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
