"""What happens in a run: one class a kind. How each is written stands in encoding.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from evomerge.ledger.approvals import (
    EvaluatorChanged,
    EvaluatorHashed,
    WinnerLetOut,
    WinnerQuarantined,
    WinnerSigned,
)
from evomerge.ledger.audited import AnswersCorrected, JudgeMeasured, ProbesAudited
from evomerge.ledger.cycles import CycleEnded, CycleJudged
from evomerge.ledger.finalists import WinnerChosen, WinnerExplained
from evomerge.ledger.made import ItemsMade, WritingBegan
from evomerge.ledger.role import Named
from evomerge.ledger.score import ItemKey
from evomerge.ledger.trained import AdapterTrained, TrainingBegan, TrainingFailed, TrainingWent
from evomerge.ledger.watched import (
    BaselinesWatched,
    GenerationWatched,
    RailDecided,
    RailOverridden,
)
from evomerge.ledger.worded import Worded
from evomerge.ledger.worker_time import WorkersTimed
from evomerge.ledger.yardstick import Yardstick


@dataclass(frozen=True)
class RunBegan:
    """What the run is; recorded once."""

    facts: Mapping[str, Any]
    """JSON values by name: the recipe, and what it was scored with."""
    items: tuple[tuple[str, str, int, str, str], ...] = ()
    """Task, item id, document id, split and prompt hash of each item."""
    yardstick: Yardstick | None = None
    """What its models are compared by; None of a version that did not record it."""


@dataclass(frozen=True)
class SessionBegan:
    """A process goes on with the run."""

    budget: Mapping[str, float | None] = field(default_factory=dict)
    items: Mapping[str, int] = field(default_factory=dict)
    """How many each split has."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Versions of what computes, and the machine, by name."""
    finalist: int | None = None
    """The finalist that it tests; None where it tests none."""
    allow_judges: tuple[str, ...] = ()
    """Hosts that the user allowed to be asked, as said to this session or an earlier one."""


@dataclass(frozen=True)
class Forced:
    """The run goes on although something has changed that decides its scores."""

    changes: tuple[str, ...]


@dataclass(frozen=True)
class BaselinesNamed:
    """The models that a winner is measured against, known before the search."""

    models: tuple[Named, ...]


@dataclass(frozen=True)
class ShippedNamed:
    """Parents in the form in which they were shipped."""

    models: tuple[Named, ...]


@dataclass(frozen=True)
class Cautioned:
    """The user was warned."""

    cautions: tuple[str, ...]


@dataclass(frozen=True)
class SearchedAnyway:
    """The user had it searched where nothing can be learnt."""


@dataclass(frozen=True)
class ItemsOpened:
    """The sealed items are opened for a model."""

    winner: str
    """Its digest."""
    opening: int = 1
    """Which opening of these items it is, over all runs that the registry knows."""


@dataclass(frozen=True)
class BudgetRaised:
    """The run has a larger budget from now on."""

    budget: Mapping[str, float | None]
    outside_s: float
    """Active seconds so far in which it did not search."""


@dataclass(frozen=True)
class Finished:
    """The winner was tested and is written out."""

    weights_sha256: str
    promotion: Mapping[str, Any]
    """The verdict, as JSON values."""


@dataclass(frozen=True)
class FinalistTested:
    """A finalist was tested after the run had finished, and is written out."""

    weights_sha256: str
    promotion: Mapping[str, Any]


@dataclass(frozen=True)
class RunStopped:
    """The run ended early and can be resumed."""

    reason: str


@dataclass(frozen=True)
class RunFailed:
    """The run ended with an error."""

    reason: str


@dataclass(frozen=True)
class QuestionsWorded:
    """Questions in words, each recorded with the first answer to it that is kept."""

    questions: tuple[Worded, ...]


@dataclass(frozen=True)
class ItemsNumbered:
    """Items are given the numbers by which records of scores name them from now on."""

    first: int
    """The number of the first of them; the others follow."""
    keys: tuple[ItemKey, ...]


@dataclass(frozen=True)
class Upgraded:
    """The ledger was made by an earlier version, and written anew in today's schema."""

    made_by: str


@dataclass(frozen=True)
class Repaired:
    """What was damaged in the ledger was taken out."""

    lost: tuple[tuple[int, int], ...]
    """First and last number of each stretch of records that is lost."""


Event = (
    RunBegan
    | SessionBegan
    | Forced
    | BaselinesNamed
    | ShippedNamed
    | Cautioned
    | SearchedAnyway
    | CycleEnded
    | CycleJudged
    | WinnerChosen
    | ItemsOpened
    | BudgetRaised
    | Finished
    | FinalistTested
    | WinnerExplained
    | RunStopped
    | RunFailed
    | QuestionsWorded
    | ItemsNumbered
    | Upgraded
    | Repaired
    | WorkersTimed
    | AdapterTrained
    | TrainingBegan
    | TrainingWent
    | TrainingFailed
    | WritingBegan
    | ItemsMade
    | EvaluatorHashed
    | EvaluatorChanged
    | WinnerQuarantined
    | WinnerSigned
    | WinnerLetOut
    | BaselinesWatched
    | GenerationWatched
    | RailDecided
    | RailOverridden
    | JudgeMeasured
    | ProbesAudited
    | AnswersCorrected
)

EVENTS: tuple[type[Event], ...] = get_args(Event)
