"""The view: all that is shown of a run, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from evomerge.approval.passage import Passage
from evomerge.ledger import (
    AdapterTrained,
    Cost,
    CycleEnded,
    CycleJudged,
    Model,
    Place,
    RankedFinalist,
    State,
    TrainingFailed,
)
from evomerge.recipe import Budget
from evomerge.report.audits import ViewedConstitution
from evomerge.report.first_scores import FirstScores
from evomerge.report.halts import ViewedHalt
from evomerge.report.made import ViewedCurriculum
from evomerge.report.phase import Phase
from evomerge.report.trainings import TrainingUnderWay
from evomerge.report.verdict import AnyVerdict, FinalistChoice
from evomerge.report.watched import ViewedWatch
from evomerge.report.worker_time import WorkersSpent


class Revision(NamedTuple):
    """Names what was known of a run; another one means that there is something new."""

    record: int
    """The number of the ledger's last record."""
    is_running: bool
    """Whether a process goes on with the run; one that is killed leaves no record."""


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True)
class SplitScores:
    """Fitness on each split, on as many of its items as were asked; None where none were."""

    search: float | None = None
    validation: float | None = None
    test: float | None = None

    @property
    def each(self) -> tuple[float | None, float | None, float | None]:
        """In the order of the splits."""
        return self.search, self.validation, self.test


@dataclass(frozen=True)
class ViewedModel:
    """A model that a winner is measured against."""

    model: Model
    name: str
    """Its label without the folders that it is in, but for as many as tell the models apart."""
    digest: str
    scores: SplitScores
    first: FirstScores | None = None
    """None before it was asked search items."""

    @property
    def was_asked(self) -> bool:
        """Whether it was asked search items."""
        return self.first is not None


class ViewedCandidate(NamedTuple):
    """A candidate as it stands on the search items: as it did where most of them were asked."""

    digest: str
    place: Place
    state: State
    items: int
    fitness: float | None
    violation: float

    @property
    def cut(self) -> bool:
        """Whether a race ended early for it."""
        return self.state is State.PRUNED


@dataclass(frozen=True)
class ViewedFinalist:
    """A finalist, with what it is made of."""

    ranked: RankedFinalist
    place: Place | None
    """Where the search asked for it; None for the mean of the search's distribution."""
    recipe: Mapping[str, Any]
    """Its recipe without genes, as JSON values."""
    elites: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Recipes of the elites that it is made of, itself or over others, by the names that they have
    as parents, each behind those that it is made of."""


@dataclass(frozen=True)
class Release:
    """A model that was tested and written out."""

    verdict: AnyVerdict
    weights_sha256: str


@dataclass(frozen=True)
class View:
    """What is known of a run from all that it has recorded."""

    revision: Revision
    state: RunState = RunState.STOPPED
    why: str = ""
    """Why it stopped or failed, where its last session said so and no rail has ended it."""
    phase: Phase = Phase.CHECKING
    active_s: float = 0.0
    """Seconds that it had been active for at its last record, over all its sessions."""
    recipe: Mapping[str, Any] | None = None
    """As JSON values; None before the run has begun."""
    budget: Budget | None = None
    """As it was last raised."""
    searched_s: float = 0.0
    """Active seconds that count against the budget."""
    searched_tokens: int = 0
    """Read and written for search items, to write some, and in training."""
    items: Mapping[str, int] = field(default_factory=dict)
    """How many items each split has."""
    models: tuple[ViewedModel, ...] = ()
    """The parents and their uniform merge."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """The digest of every model by its name: parents, in whatever form, winner, finalists."""
    generation: int | None = None
    """The last one of which a candidate has ended."""
    cycle: int | None = None
    trials: Mapping[State, int] = field(default_factory=dict)
    """How many candidates stand in each state."""
    best: ViewedCandidate | None = None
    """The candidate that is the best on search items so far."""
    winner: str | None = None
    """Digest of the one that validation has chosen."""
    leader: SplitScores | None = None
    """Scores of the winner once there is one; until then of the best candidate."""
    finalists: tuple[ViewedFinalist, ...] = ()
    """Best first by validation, once a winner is chosen."""
    choice: FinalistChoice = field(default_factory=FinalistChoice)
    endings: tuple[CycleEnded, ...] = ()
    """How each cycle ended that did, since the budget was last raised."""
    judged: tuple[CycleJudged, ...] = ()
    """What each cycle has gained, where there may be several."""
    training: TrainingUnderWay | None = None
    """The one that goes on."""
    trainings: tuple[AdapterTrained | TrainingFailed, ...] = ()
    """What was trained between cycles, or why nothing was, since the budget was last raised."""
    openings: int = 0
    """How often this run has opened sealed items."""
    opening: int = 0
    """Which opening of these items the last one was, over all runs that the registry knows."""
    release: Release | None = None
    """The winner's, since the budget was last raised."""
    promoted_again: tuple[Release, ...] = ()
    """Of finalists that were tested after the winner."""
    earlier: tuple[Release, ...] = ()
    """Those before the budget was last raised."""
    passages: tuple[Passage, ...] = ()
    """How tested models stand in quarantine, the winner first; none where nobody must sign."""
    quarantined: frozenset[int] = frozenset()
    """Which tested models are in quarantine, by their places by validation: those that gates
    refuse, and those that wait to be signed."""
    spending: Mapping[str, Cost] = field(default_factory=dict)
    """What merging and forward passes took, by what for."""
    workers: WorkersSpent = field(default_factory=WorkersSpent)
    """Where the time of all workers went."""
    items_per_s: float | None = None
    """Items scored in a second of late; None where nothing was."""
    made: ViewedCurriculum | None = None
    """What the population has written; None where nothing was ever to be written."""
    permissions: tuple[str, ...] = ()
    """What the user allowed it beyond the recipe's own words, a sentence each."""
    cautions: tuple[str, ...] = ()
    """What the user was warned of."""
    watch: ViewedWatch | None = None
    """What its rails have looked at; None where there are none, or they have not looked yet."""
    halts: tuple[ViewedHalt, ...] = ()
    """Where rails have ended it, in order."""
    constitution: ViewedConstitution | None = None
    """Who was held to it; None of a run without one, or before its judge was measured."""

    @property
    def evaluations(self) -> int:
        """How many candidates have ended."""
        return sum(count for state, count in self.trials.items() if state is not State.CANCELLED)

    @property
    def cost(self) -> Cost:
        """What all of it took."""
        return sum(self.spending.values(), Cost())

    @property
    def leader_digest(self) -> str | None:
        """Names the winner once there is one; until then the best candidate."""
        return self.winner or (None if self.best is None else self.best.digest)

    def passage(self, finalist: int) -> Passage | None:
        """How a tested model stands in quarantine, by its place by validation, if it must."""
        return next((one for one in self.passages if one.finalist == finalist), None)

    @property
    def parents(self) -> tuple[ViewedModel, ...]:
        """The models that the recipe draws on."""
        return tuple(model for model in self.models if model.model.is_parent)

    @property
    def uniform(self) -> ViewedModel | None:
        """The plain average of the parents."""
        return next((model for model in self.models if not model.model.is_parent), None)
